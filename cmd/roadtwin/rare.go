package main

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"

	"roadtwin/scenarios"
	"roadtwin/scenarios/rare"
	"roadtwin/vehicles/tyre"
)

// rareVerb is "roadtwin rare".
type rareVerb struct {
	Search rareSearchVerb `cmd:"" help:"Estimate how often something rare happens at a place, and keep what was found."`
	List   rareListVerb   `cmd:"" help:"List the searches of a file, and the NHTSA types of what they found."`
	Scenes rareScenesVerb `cmd:"" help:"List episodes by type, weather and time, or the most typical and the most different of them."`
	Show   rareShowVerb   `cmd:"" help:"Tell one episode, or print it as JSON with all trajectories."`
}

// rareSearchVerb is "roadtwin rare search".
type rareSearchVerb struct {
	scenarioFlags
	Near      string   `placeholder:"LON,LAT" help:"The place, if the source is a map or a scenario."`
	Radius    float64  `default:"60" placeholder:"METRES" help:"Events count so far around it (default: 60)."`
	Criterion string   `default:"crash" placeholder:"TEXT" help:"What an event is, such as \"crash and delta_v > 5\", \"left_road\", \"red and pet < 1\", \"ttc < 0.5\" (default: crash)."`
	Method    string   `enum:"plain,importance,splitting" default:"importance" help:"plain, importance (default) or splitting."`
	Fill      float64  `placeholder:"SECONDS" help:"How long the roads fill before events count."`
	Length    float64  `placeholder:"SECONDS" help:"How long a case is from then on."`
	Sky       []string `placeholder:"SHARE:CONDITION@C" help:"What lies on the roads in a share of the cases, and the temperature, such as 0.9:dry@10; shares add up to 1."`
	Ice       float64  `placeholder:"SHARE" help:"Share of cases in which there is ice on the last 40 m before a junction of the place, for each lane there."`
	Pilot     int      `placeholder:"N" help:"Cases of each stage of the search for a tilt (default: 1000)."`
	Round     int      `placeholder:"N" help:"Cases of a round (default: 1000), or runs of splitting (default: 4)."`
	Rounds    int      `placeholder:"N" help:"The most rounds (default: 10)."`
	Until     float64  `placeholder:"SHARE" help:"End when the 90 % interval's half width is at most this share of the rate."`
	Particles int      `placeholder:"N" help:"Cases of a run of splitting (default: 100)."`
	Keep      int      `placeholder:"N" help:"Keep at most so many episodes of a round (default: 200)."`
	Jobs      int      `placeholder:"N" default:"1" help:"Cases at a time, each on one thread (default: 1)."`
	Seed      uint64   `default:"1" placeholder:"N" help:"Seed (default: 1)."`
	JSON      bool     `name:"json" help:"Print the estimate as JSON."`
}

// Help is shown by "roadtwin rare search --help".
func (rareSearchVerb) Help() string {
	return `Makes cases of a place, each drawn anew: who comes, who drives, what state the brakes are in, what lies on the roads. Tells how many events an
hour of the place there are, with a 90 % interval, the effective number of events, and what plain cases would have taken. The source is a map or a
scenario with --near, the traffic of which is made once and counted there; or sample:junction, sample:bend, sample:following.
The same command goes on where it was interrupted, if it has --db. See scenarios/RARE.md.

Example:

  roadtwin rare search sample:junction --db rare.db --jobs 2 --until 0.3
  roadtwin rare search city.osm.pbf --near -75.5494,39.7459 --ice 0.0001 --sky 0.9:dry@8 --sky 0.1:wet@2 --db rare.db
  roadtwin rare list rare.db
  roadtwin rare scenes rare.db --typical 10`
}

// Run makes the search.
func (v *rareSearchVerb) Run(ctx context.Context, c *console) (err error) {
	criterion, err := rare.ParseCriterion(v.Criterion)
	if err != nil {
		return mistake(err)
	}
	scene, err := v.scene(ctx, c)
	if err != nil {
		return err
	}
	if err := v.set(scene); err != nil {
		return mistake(err)
	}
	bar := newProgress(c.err, "search")
	search := rare.Search{
		Scene: scene, Criterion: criterion, Method: rare.Method(v.Method), Seed: v.Seed, Round: v.Round, Rounds: v.Rounds, Until: v.Until, Pilot: v.Pilot,
		Particles: v.Particles, Jobs: v.Jobs, Keep: v.Keep,
		Told: func(p rare.Progress) { bar.at(p.Share, fmt.Sprintf("%s, %.3g an hour", p.Stage, p.Rate)) },
	}
	if v.DB != "" {
		if search.Store, err = rare.OpenStore(ctx, v.DB, true); err != nil {
			return mistake(err)
		}
		defer func() { err = errors.Join(err, search.Store.Close()) }()
	}
	e, err := search.Run(ctx)
	bar.end()
	if errors.Is(err, rare.ErrScene) {
		return mistake(err)
	}
	if err != nil && !errors.Is(err, context.Canceled) {
		return err
	}
	if v.JSON {
		return errors.Join(writeJSON(c.out, e), err)
	}
	return errors.Join(writeEstimate(c, scene.Name, v.Criterion, v.Method, &e), err)
}

// scene returns the scene that the source names.
func (v *rareSearchVerb) scene(ctx context.Context, c *console) (*rare.Scene, error) {
	if name, ok := strings.CutPrefix(v.Source, "sample:"); ok {
		s, err := rare.Sample(name)
		return s, mistake(err)
	}
	spot := rare.Spot{Radius: v.Radius}
	lon, lat, ok := strings.Cut(v.Near, ",")
	var errLon, errLat error
	spot.Lon, errLon = strconv.ParseFloat(lon, 64)
	spot.Lat, errLat = strconv.ParseFloat(lat, 64)
	if !ok || errLon != nil || errLat != nil {
		return nil, mistake(fmt.Errorf("--near %q, want LON,LAT in degrees", v.Near))
	}
	s, opts, err := v.load()
	if err != nil {
		return nil, mistake(err)
	}
	city, err := scenarios.Open(ctx, s, c.tell)
	if err != nil {
		return nil, mistakeIfInvalid(err)
	}
	run, err := scenarios.NewRun(city, s, opts)
	if err != nil {
		return nil, mistakeIfInvalid(err)
	}
	defer run.Close()
	bar := newProgress(c.err, "traffic of the place")
	defer bar.end()
	scene, err := rare.FromRun(ctx, run, spot, func(share float64) { bar.at(share, "") })
	if errors.Is(err, rare.ErrScene) {
		return nil, mistake(err)
	}
	return scene, err
}

// set does what the flags say to a scene.
func (v *rareSearchVerb) set(s *rare.Scene) error {
	if v.Fill > 0 {
		s.Warm = v.Fill
	}
	if v.Length > 0 {
		s.Length = v.Length
	}
	if v.DT > 0 {
		s.Step = v.DT
	}
	for i, text := range v.Sky {
		if i == 0 {
			s.Skies = nil
		}
		k, err := parseSky(text)
		if err != nil {
			return err
		}
		s.Skies = append(s.Skies, k)
	}
	if v.Ice > 0 {
		s.IceBefore(v.Ice)
	}
	return nil
}

// parseSky reads "0.9:dry@10".
func parseSky(text string) (k rare.Sky, err error) {
	share, rest, _ := strings.Cut(text, ":")
	condition, degrees, _ := strings.Cut(rest, "@")
	var errShare, errDegrees error
	k.Share, errShare = strconv.ParseFloat(share, 64)
	k.Temperature, errDegrees = strconv.ParseFloat(degrees, 64)
	var ok bool
	if k.Condition, ok = tyre.ParseCondition(condition); !ok || errShare != nil || errDegrees != nil || math.Abs(k.Temperature) > 60 {
		return k, fmt.Errorf("--sky %q, want share:condition@temperature, such as 0.9:dry@10; conditions are %s", text, strings.Join(tyre.ConditionNames(), ", "))
	}
	return k, nil
}

// writeEstimate tells an estimate.
func writeEstimate(c *console, name, criterion, method string, e *rare.Estimate) error {
	_, err := fmt.Fprintf(c.out, `%s: %s, by %s
  %.3g an hour (90 %%: %.3g to %.3g), %.3g per million vehicle-km
  %d events in %d cases, worth %.0f plain ones; %.3g simulated hours, plain cases would have taken %.3g
`, name, criterion, method, e.Rate, e.Lower, e.Upper, e.PerMillionKM(), e.Events, e.Cases, e.ESS, e.Hours, e.PlainHours)
	return err
}
