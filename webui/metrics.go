package webui

import (
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"

	"roadtwin/vehicles/traffic"
	"roadtwin/webui/stream"
)

// metrics are what /metrics tells of one server.
type metrics struct {
	registry     *prometheus.Registry
	step         prometheus.Histogram
	factor       prometheus.Gauge
	time         prometheus.Gauge
	vehicles     prometheus.Gauge
	waiting      prometheus.Gauge
	crashes      prometheus.Gauge
	lateCaptures prometheus.Counter
	tiles        prometheus.Counter
}

func newMetrics(hub *stream.Hub) *metrics {
	gauge := func(name, help string) prometheus.Gauge {
		return prometheus.NewGauge(prometheus.GaugeOpts{Name: name, Help: help})
	}
	counter := func(name, help string) prometheus.Counter {
		return prometheus.NewCounter(prometheus.CounterOpts{Name: name, Help: help})
	}
	m := &metrics{
		registry: prometheus.NewRegistry(),
		step: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "roadtwin_step_seconds", Help: "Wall time of one step of the simulation.",
			Buckets: prometheus.ExponentialBuckets(1e-5, 2, 16),
		}),
		factor:       gauge("roadtwin_real_time_factor", "Simulated seconds per second of wall clock."),
		time:         gauge("roadtwin_simulation_time_seconds", "Simulated time after midnight."),
		vehicles:     gauge("roadtwin_vehicles", "Vehicles on the road."),
		waiting:      gauge("roadtwin_waiting_vehicles", "Vehicles that wait outside for room to enter."),
		crashes:      gauge("roadtwin_crashes", "Crashes in this run."),
		lateCaptures: counter("roadtwin_pictures_late_total", "Pictures not made because those before were still being encoded."),
		tiles:        counter("roadtwin_tile_requests_total", "Map tiles served."),
	}
	m.registry.MustRegister(m.step, m.factor, m.time, m.vehicles, m.waiting, m.crashes, m.lateCaptures, m.tiles,
		hubCollector{hub}, collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

func (m *metrics) observe(s traffic.Stats, time float64) {
	m.time.Set(time)
	m.vehicles.Set(float64(s.OnRoad))
	m.waiting.Set(float64(s.Waiting))
	m.crashes.Set(float64(s.Crashes))
}

// hubCollector reads the counters of a hub when it is asked.
type hubCollector struct{ hub *stream.Hub }

var (
	clientsDesc  = prometheus.NewDesc("roadtwin_clients", "Connected viewers.", nil, nil)
	acceptedDesc = prometheus.NewDesc("roadtwin_clients_accepted_total", "Viewers that have connected.", nil, nil)
	refusedDesc  = prometheus.NewDesc("roadtwin_clients_refused_total", "Connections refused: foreign origin or too many.", nil, nil)
	droppedDesc  = prometheus.NewDesc("roadtwin_clients_dropped_total", "Connections ended by the server.", []string{"cause"}, nil)
	sentDesc     = prometheus.NewDesc("roadtwin_frames_sent_total", "Frames sent to viewers.", nil, nil)
	skippedDesc  = prometheus.NewDesc("roadtwin_frames_skipped_total", "Pictures that a viewer was too slow for.", nil, nil)
	bytesDesc    = prometheus.NewDesc("roadtwin_stream_bytes_total", "Bytes of all messages to viewers.", nil, nil)
)

// Describe implements prometheus.Collector.
func (c hubCollector) Describe(out chan<- *prometheus.Desc) { prometheus.DescribeByCollect(c, out) }

// Collect implements prometheus.Collector.
func (c hubCollector) Collect(out chan<- prometheus.Metric) {
	n := c.hub.Counters()
	send := func(d *prometheus.Desc, kind prometheus.ValueType, v int64, labels ...string) {
		out <- prometheus.MustNewConstMetric(d, kind, float64(v), labels...)
	}
	send(clientsDesc, prometheus.GaugeValue, n.Clients)
	send(acceptedDesc, prometheus.CounterValue, n.Accepted)
	send(refusedDesc, prometheus.CounterValue, n.Refused)
	send(droppedDesc, prometheus.CounterValue, n.DroppedSlow, "slow")
	send(droppedDesc, prometheus.CounterValue, n.DroppedSilent, "silent")
	send(droppedDesc, prometheus.CounterValue, n.DroppedFlood, "flood")
	send(sentDesc, prometheus.CounterValue, n.Sent)
	send(skippedDesc, prometheus.CounterValue, n.Skipped)
	send(bytesDesc, prometheus.CounterValue, n.Bytes)
}
