package scenarios

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/klauspost/compress/zstd"

	"roadtwin/scenarios/results"
	"roadtwin/vehicles/traffic"
)

// snapshots is how a Recorder keeps states of the engine, every so often (Measure.Snapshots).
type snapshots struct {
	kept   int
	zip    *zstd.Encoder
	format string
	room   []byte
}

// newSnapshots returns nil if none are to be kept.
func newSnapshots(every float64) (*snapshots, error) {
	if every == 0 {
		return nil, nil
	}
	zip, err := zstd.NewWriter(nil, zstd.WithEncoderConcurrency(1))
	if err != nil {
		return nil, err
	}
	return &snapshots{zip: zip, format: traffic.StateFormat()}, nil
}

// keepSnapshot writes one if it is time.
func (c *Recorder) keepSnapshot() {
	s, w := c.snapshots, c.run.world
	if s == nil || w.Time() < c.run.Begin()+float64(s.kept+1)*c.run.scenario.Measure.Snapshots-c.run.scenario.Step/2 {
		return
	}
	s.kept++
	raw, err := w.Snapshot().AppendBinary(s.room[:0])
	parts, wrong := json.Marshal(w.Parts())
	if err != nil || wrong != nil {
		panic(fmt.Sprintf("a state that is made of plain values cannot be kept: %v, %v", err, wrong))
	}
	s.room = raw
	c.w.Add(results.Snapshot{
		Step: w.Steps(), Time: w.Time(), Parts: string(parts), Format: s.format, Size: int64(len(raw)), Data: s.zip.EncodeAll(raw, nil),
	})
}

// ReopenAt is Reopen, but that the run is at its last snapshot before a time (s after midnight): nothing has been measured of it before.
// If there is none that this program can read it is at its start. That the state is not the one that the run had then is an ErrInvalid
// which says what differs.
func ReopenAt(ctx context.Context, db *results.DB, id int64, time float64, workers int, log Progress) (*Run, error) {
	r, err := Reopen(ctx, db, id, workers, log)
	if err != nil {
		return nil, err
	}
	kept, ok, err := db.SnapshotBefore(ctx, id, time)
	switch {
	case err != nil:
	case ok && kept.Format != traffic.StateFormat():
		if log != nil {
			log("the snapshots of run %d were kept by a program whose states are others: the run is made again from its start", id)
		}
	case ok:
		err = r.goTo(&kept)
	}
	if err != nil {
		r.Close()
		return nil, err
	}
	return r, nil
}

// mostState is how many bytes a state may have.
const mostState = 8 << 30

// goTo makes a run at its start go on from a snapshot of the same run.
func (r *Run) goTo(kept *results.Snapshot) error {
	invalid := func(format string, args ...any) error {
		return badOption(fmt.Sprintf("snapshot of %v: %s", Clock(int(kept.Time)), fmt.Sprintf(format, args...)))
	}
	if kept.Size < 0 || kept.Size > mostState {
		return invalid("%d bytes, want 0 to %d", kept.Size, int64(mostState))
	}
	zip, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(uint64(kept.Size)+1))
	if err != nil {
		return err
	}
	defer zip.Close()
	raw, err := zip.DecodeAll(kept.Data, nil)
	if err != nil {
		return invalid("%v", err)
	}
	state, err := r.world.Thaw(raw)
	if err != nil {
		return invalid("%v", err)
	}
	if err := r.world.Restore(state); err != nil {
		return invalid("%v", err)
	}
	var parts []traffic.Part
	if err := json.Unmarshal([]byte(kept.Parts), &parts); err != nil {
		return invalid("its hashes: %v", err)
	}
	if other := traffic.Differs(parts, r.world.Parts()); other != "" || r.world.Steps() != kept.Step {
		return invalid("it does not give the state that the run had then; other: %s. The program, or a file that the scenario names, is not what it was", other)
	}
	before := r.Begin() + float64(float64(kept.Step-1)*r.scenario.Step) + r.scenario.Step/2 // whose commands had been given then
	r.agenda = slices.DeleteFunc(r.agenda, func(a appointment) bool { return kept.Step > 0 && a.at <= before })
	r.asked = slices.DeleteFunc(r.asked, func(c CommandRecord) bool { return c.Step < kept.Step })
	r.meter.second = r.world.Time() + 1
	return nil
}
