package drive

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"sync"

	"roadtwin/network"
	"roadtwin/scenarios"
	"roadtwin/scenarios/ego"
	"roadtwin/vehicles/traffic"
)

// Source is a scenario that clients may drive in.
type Source struct {
	Name     string
	City     *scenarios.City
	Scenario *scenarios.Scenario
	Options  scenarios.Options
}

// Scene says where a drive begins. It is what a Reset asks for.
type Scene struct {
	Scenario  string  `json:"scenario,omitempty"`   // "": the first
	Seed      uint64  `json:"seed,omitempty"`       // 0: the scenario's first
	Warmup    float64 `json:"warmup_s,omitempty"`   // s from the beginning of its period until the ego takes over
	Vehicle   *uint32 `json:"vehicle,omitempty"`    // that is driven; nil: one is drawn
	Class     string  `json:"class,omitempty"`      // of the one that is drawn; "": car
	Pick      uint64  `json:"pick,omitempty"`       // another number, another vehicle
	Horizon   float64 `json:"horizon_s,omitempty"`  // s after which the drive is over; 0: never
	LogWeight float64 `json:"log_weight,omitempty"` // handed on
	NoHash    bool    `json:"no_hash,omitempty"`    // do not work out the state hash
	World     *uint32 `json:"world,omitempty"`      // that is to be set up anew; nil: another one
}

// mostWarmup is the longest warm-up, s: longer ones are a mistake.
const mostWarmup = 6 * 3600

// scenes keeps runs at the moments at which egos have taken over lately, so that the next one there need not wait.
type scenes struct {
	sources []Source

	mu   sync.Mutex
	made []*moment // the one asked for last first
}

// mostMoments is how many are kept.
const mostMoments = 8

// moment is a run at some time after its beginning.
type moment struct {
	key  momentKey
	once sync.Mutex // held while it is made
	at   *scenarios.Checkpoint
}

type momentKey struct {
	source int
	seed   uint64
	steps  uint64 // since the beginning
}

// find returns the source that s asks for.
func (c *scenes) find(s *Scene) (int, error) {
	if s.Scenario == "" {
		return 0, nil
	}
	if i := slices.IndexFunc(c.sources, func(o Source) bool { return o.Name == s.Scenario }); i >= 0 {
		return i, nil
	}
	return 0, errorf(NotFound, "scenario %q, want one of those that hello lists", s.Scenario)
}

// begin returns a run of s at the moment at which the ego takes over. Who asks closes it.
func (c *scenes) begin(ctx context.Context, s *Scene) (*scenarios.Run, error) {
	i, err := c.find(s)
	if err != nil {
		return nil, err
	}
	if !(s.Warmup >= 0 && s.Warmup <= mostWarmup) {
		return nil, errorf(BadValue, "warmup_s of %g, want 0 to %d", s.Warmup, mostWarmup)
	}
	source := &c.sources[i]
	seed := cmp.Or(s.Seed, source.Options.Seed)
	m := c.moment(momentKey{i, seed, uint64(math.Round(s.Warmup / source.step()))})
	m.once.Lock()
	defer m.once.Unlock()
	if m.at == nil {
		if m.at, err = source.warm(ctx, m.key); err != nil {
			return nil, err
		}
	}
	return m.at.Resume(nil)
}

// moment returns the entry of a key, which may not have been made yet.
func (c *scenes) moment(k momentKey) *moment {
	c.mu.Lock()
	defer c.mu.Unlock()
	at := slices.IndexFunc(c.made, func(m *moment) bool { return m.key == k })
	if at < 0 {
		c.made = append(c.made[:min(len(c.made), mostMoments-1)], &moment{key: k})
		at = len(c.made) - 1
	}
	m := c.made[at]
	copy(c.made[1:], c.made[:at])
	c.made[0] = m
	return m
}

func (s *Source) step() float64 { return cmp.Or(s.Options.StepTime, s.Scenario.Step) }

// warm makes a run and lets it go as far as k says.
func (s *Source) warm(ctx context.Context, k momentKey) (*scenarios.Checkpoint, error) {
	o := s.Options
	o.Seed, o.Workers = k.seed, 1
	run, err := scenarios.NewRun(s.City, s.Scenario, o)
	if err != nil {
		return nil, asError(fmt.Errorf("scenario %q: %w", s.Name, err), Failed)
	}
	defer run.Close()
	for run.World().Steps() < k.steps {
		if run.Done() {
			return nil, errorf(BadValue, "warmup_s of %.0f is all of the period of %q, or more", float64(k.steps)*run.World().StepTime(), s.Name)
		}
		if err := ctx.Err(); err != nil {
			return nil, errorf(Cancelled, "warming up %q: %v", s.Name, err)
		}
		run.Step()
	}
	return run.Checkpoint(), nil
}

// options returns what s says of the ego.
func (s *Scene) options() (ego.Options, error) {
	o := ego.Options{
		Vehicle: traffic.NoVehicle, Class: network.Car, Pick: s.Pick, Horizon: s.Horizon, LogWeight: s.LogWeight, NoHash: s.NoHash,
	}
	if s.Vehicle != nil {
		o.Vehicle = traffic.VehicleID(*s.Vehicle)
	}
	if s.Class != "" {
		class, ok := network.ParseVehicleClass(s.Class)
		if !ok {
			return o, errorf(BadValue, "unknown class %q", s.Class)
		}
		o.Class = class
	}
	return o, nil
}
