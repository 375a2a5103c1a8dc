package webui

import (
	"math"
	"net/http"
	"sync"
	"time"

	"roadtwin/network"
	"roadtwin/vehicles/traffic"
)

// kpi is the kpi message of PROTOCOL.md.
type kpi struct {
	Type             string        `json:"type"`
	Time             float64       `json:"time"`
	Factor           float64       `json:"factor"` // simulated s per s of wall clock
	OnRoad           int           `json:"on_road"`
	Waiting          int           `json:"waiting"`
	Released         int           `json:"released"`
	Departed         int           `json:"departed"`
	Arrived          int           `json:"arrived"`
	NoRoute          int           `json:"no_route"`
	Crashes          int           `json:"crashes"`
	Cleared          int           `json:"cleared"`
	Stuck            int           `json:"stuck"`
	Standing         int           `json:"standing"`
	MeanSpeed        float64       `json:"mean_speed"`
	MeanTravelTime   *float64      `json:"mean_travel_time"`
	MeanDelay        *float64      `json:"mean_delay"`
	UpdatesPerSecond float64       `json:"updates_per_second"`
	Clients          int           `json:"clients"`
	Queues           []queue       `json:"queues"`
	Audit            traffic.Audit `json:"audit"`
}

// queue is the standing vehicles before a junction.
type queue struct {
	Junction network.JunctionID `json:"junction"`
	Name     string             `json:"name"`
	Lon      float64            `json:"lon"`
	Lat      float64            `json:"lat"`
	Vehicles int                `json:"vehicles"`
}

// tellKPI hands the key figures to the viewers, with the queues if the publisher is free to count them.
func (r *runner) tellKPI(now time.Time) {
	k := r.kpi()
	if wall := now.Sub(r.measured.wall).Seconds(); !r.measured.wall.IsZero() && wall > 0 {
		k.Factor = round((k.Time-r.measured.time)/wall, 2)
		k.UpdatesPerSecond = math.Round(float64(r.sim.Stats().Updates-r.measured.updates) / wall)
	}
	r.measured = measurement{now, k.Time, r.sim.Stats().Updates}
	counters := r.hub.Counters()
	k.Clients = int(counters.Clients)
	r.metrics.factor.Set(k.Factor)
	select {
	case c := <-r.free:
		c.moment.Vehicles = r.sim.AppendVehicles(c.moment.Vehicles[:0])
		c.moment.Time = k.Time
		c.reset()
		c.kpi = &k
		r.captures <- c
	default:
		r.nextKPI = now.Add(frameEvery) // soon again
	}
}

func (r *runner) kpi() kpi {
	s := r.sim.Stats()
	delay, travel := r.arrivals.means()
	return kpi{
		Type: "kpi", Time: round(r.sim.Time(), 3),
		OnRoad: s.OnRoad, Waiting: s.Waiting, Released: s.Released, Departed: s.Departed, Arrived: s.Arrived,
		NoRoute: s.NoRoute, Crashes: s.Crashes, Cleared: s.Cleared, Stuck: s.Stuck, Standing: s.Standing,
		MeanSpeed: round(s.MeanSpeed, 3), MeanTravelTime: travel, MeanDelay: delay,
		Queues: []queue{}, Audit: r.sim.Audit(),
	}
}

// arrivals are the vehicles that arrived in each of the last minutes, for means that follow the present.
type arrivals struct {
	minute  int64
	buckets [arrivalMinutes]arrivalSum
}

// arrivalMinutes is how far back the means of delay and travel time look.
const arrivalMinutes = 15

type arrivalSum struct {
	n             int
	travel, delay float64 // s
}

func (a *arrivals) add(events []traffic.Event, time float64) {
	for minute := int64(time / 60); a.minute < minute; {
		// After a jump of more than the window nothing is left to keep.
		a.minute = max(a.minute+1, minute-arrivalMinutes)
		a.buckets[a.minute%arrivalMinutes] = arrivalSum{}
	}
	b := &a.buckets[a.minute%arrivalMinutes]
	for i := range events {
		if e := &events[i]; e.Kind == traffic.Arrived {
			b.n++
			b.travel += e.TravelTime
			b.delay += e.Waited + e.TravelTime - e.FreeTime
		}
	}
}

// means returns the mean delay and travel time in s, nil if nobody has arrived.
func (a *arrivals) means() (delay, travel *float64) {
	var sum arrivalSum
	for _, b := range a.buckets {
		sum.n += b.n
		sum.travel += b.travel
		sum.delay += b.delay
	}
	if sum.n == 0 {
		return nil, nil
	}
	d, t := round(sum.delay/float64(sum.n), 2), round(sum.travel/float64(sum.n), 2)
	return &d, &t
}

const (
	historyEvery = 60.0 // s of simulation between the entries of the history
	historyMax   = 1440 // entries
)

// history is the course of the run. The runner adds, requests read.
type history struct {
	next float64 // s after midnight of the next entry

	mu      sync.Mutex
	entries []kpi
}

// due reports whether an entry is to be made at time.
func (h *history) due(time float64) bool { return time >= h.next }

func (h *history) add(k kpi) {
	h.next = (math.Floor(k.Time/historyEvery) + 1) * historyEvery
	h.mu.Lock()
	defer h.mu.Unlock()
	if len(h.entries) == historyMax {
		h.entries = append(h.entries[:0], h.entries[1:]...)
	}
	h.entries = append(h.entries, k)
}

// cut forgets what is later than time.
func (h *history) cut(time float64) {
	h.mu.Lock()
	defer h.mu.Unlock()
	n := len(h.entries)
	for n > 0 && h.entries[n-1].Time > time {
		n--
	}
	h.entries = h.entries[:n]
	h.next = (math.Floor(time/historyEvery) + 1) * historyEvery
}

// serveKPIs answers /api/kpis.
func (r *runner) serveKPIs(w http.ResponseWriter, _ *http.Request) {
	r.history.mu.Lock()
	body := mustJSON(struct {
		Interval float64 `json:"interval"`
		KPIs     []kpi   `json:"kpis"`
	}{historyEvery, append([]kpi{}, r.history.entries...)})
	r.history.mu.Unlock()
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	_, _ = w.Write(body)
}

func round(x float64, digits int) float64 {
	scale := math.Pow10(digits)
	return math.Round(x*scale) / scale
}
