package exchange

import (
	"io"

	"roadtwin/network"
	"roadtwin/network/sumonet"
	"roadtwin/scenarios/rare"
	"roadtwin/scenarios/results"
)

// trajectoryColumns are those of WriteTrajectories.
var trajectoryColumns = []results.Column{
	{Name: "episode", Type: results.Integer},
	{Name: "vehicle", Type: results.Integer},
	{Name: "class", Type: results.Text},
	{Name: "role", Type: results.Text},
	{Name: "time_s", Type: results.Real},
	{Name: "x_m", Type: results.Real},
	{Name: "y_m", Type: results.Real},
	{Name: "heading_rad", Type: results.Real},
	{Name: "speed_m_s", Type: results.Real},
	{Name: "accel_m_s2", Type: results.Real},
	{Name: "track", Type: results.Integer},
	{Name: "lane", Type: results.Text},
	{Name: "s_m", Type: results.Real},
	{Name: "lateral_m", Type: results.Real},
	{Name: "length_m", Type: results.Real},
	{Name: "width_m", Type: results.Real},
	{Name: "weight_per_h", Type: results.Real},
}

// TrajectoryWriter writes the trajectories of episodes as one Parquet file: a row for each vehicle and sample, by episode, vehicle and time.
type TrajectoryWriter struct {
	to    *results.ParquetWriter
	lanes map[*network.Network][]string
	rows  int
}

// NewTrajectoryWriter begins a file.
func NewTrajectoryWriter(w io.Writer) (*TrajectoryWriter, error) {
	t := &TrajectoryWriter{to: results.NewParquetWriter(w), lanes: map[*network.Network][]string{}}
	return t, t.to.Begin(trajectoryColumns)
}

// Add writes the rows of an episode. Lanes have the names of the network that `roadtwin export --format sumo` writes.
func (t *TrajectoryWriter) Add(e *rare.Episode, net *network.Network) error {
	lanes, ok := t.lanes[net]
	if !ok {
		clear(t.lanes) // one network after the other, not all at once
		lanes = sumonet.TrackNames(net)
		t.lanes[net] = lanes
	}
	for i := range e.Vehicles {
		v := &e.Vehicles[i]
		for k := range v.Path {
			s := &v.Path[k]
			var lane any
			if s.Track >= 0 && int(s.Track) < len(lanes) {
				lane = lanes[s.Track]
			}
			row := []any{
				e.ID, int64(v.ID), v.Class, string(v.Role), float64(v.First+k) * e.Step, s.X, s.Y, s.Heading, s.V, s.A, int64(s.Track), lane,
				s.S, s.Lateral, v.Length, v.Width, e.Weight,
			}
			if err := t.to.Row(row); err != nil {
				return err
			}
			t.rows++
		}
	}
	return nil
}

// Rows returns how many have been written.
func (t *TrajectoryWriter) Rows() int { return t.rows }

// End ends the file.
func (t *TrajectoryWriter) End() error { return t.to.End() }
