package rare

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/klauspost/compress/zstd"

	"roadtwin/network"
)

// mostEpisode is how many bytes an episode may have before compression: some 500 vehicles for two minutes.
const mostEpisode = 256 << 20

// packed are encoders and decoders of episodes, which may be used from several goroutines.
var packer, unpacker = func() (*zstd.Encoder, *zstd.Decoder) {
	e, err := zstd.NewWriter(nil, zstd.WithEncoderConcurrency(1))
	if err != nil {
		panic(err) // the options are wrong
	}
	d, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(mostEpisode))
	if err != nil {
		panic(err)
	}
	return e, d
}()

// AppendBinary appends e to dst, as it is in a store: JSON, zstd.
func (e *Episode) AppendBinary(dst []byte) ([]byte, error) {
	text, err := json.Marshal(e)
	if err != nil {
		return dst, fmt.Errorf("episode of case %d: %w", e.Case, err)
	}
	return packer.EncodeAll(text, dst), nil
}

// ReadEpisode reads what AppendBinary wrote. What does not fit together is an error that says where.
func ReadEpisode(data []byte) (*Episode, error) {
	text, err := unpacker.DecodeAll(data, nil)
	if err != nil {
		return nil, fmt.Errorf("episode: %w", err)
	}
	var e Episode
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(&e); err != nil {
		return nil, fmt.Errorf("episode: %w", err)
	}
	return &e, e.check()
}

// check returns what in e does not fit together.
func (e *Episode) check() error {
	if !(e.Step > 0) || e.Samples < 1 || e.Samples > 1<<20 {
		return fmt.Errorf("episode: %d samples every %g s, want at least one and a step > 0", e.Samples, e.Step)
	}
	for i := range e.Vehicles {
		v := &e.Vehicles[i]
		if _, ok := network.ParseVehicleClass(v.Class); !ok {
			return fmt.Errorf("episode: vehicle %d: unknown class %q", v.ID, v.Class)
		}
		if v.First < 0 || len(v.Path) == 0 || v.First+len(v.Path) > e.Samples {
			return fmt.Errorf("episode: vehicle %d: samples %d to %d, want some of 0 to %d", v.ID, v.First, v.First+len(v.Path)-1, e.Samples-1)
		}
		if !(v.Length > 0) || !(v.Width > 0) {
			return fmt.Errorf("episode: vehicle %d: %g by %g m, want > 0", v.ID, v.Length, v.Width)
		}
	}
	for i := range e.Lanes {
		for _, f := range e.Lanes[i].Friction {
			if !(f.To >= f.From) || !(f.Mu >= 0) {
				return fmt.Errorf("episode: track %d: friction %g from %g to %g m, want none negative", e.Lanes[i].Track, f.Mu, f.From, f.To)
			}
		}
	}
	return nil
}

func insertEpisode(ctx context.Context, tx *sql.Tx, search int64, round int, e *Episode) error {
	kept := *e
	kept.ID, kept.Search = 0, search
	data, err := kept.AppendBinary(nil)
	if err != nil {
		return err
	}
	m := &e.Measures
	_, err = tx.ExecContext(ctx, `INSERT INTO episodes (search, round, "case", kind, type, time_s, log_ratio, weight_per_h, condition, surface, night,
		ttc_s, pet_s, drac_m_s2, closing_speed_m_s, delta_v_m_s, data) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		search, round, fmt.Sprint(e.Case), string(e.Event.Kind), int(e.Type), e.Event.Time, e.LogRatio, e.Weight, e.Weather.Condition, e.Weather.Surface, e.Weather.Night,
		m.TTC, m.PET, m.DRAC, m.ClosingSpeed, m.DeltaV, data)
	return err
}

// Filter says which episodes are asked for; what is zero admits all.
type Filter struct {
	Search    int64
	Type      Type
	Condition string
	Surface   string
	Night     *bool
	Limit     int // the most of them
}

// where returns f as SQL.
func (f *Filter) where() (string, []any) {
	var parts []string
	var args []any
	add := func(text string, arg any) { parts, args = append(parts, text), append(args, arg) }
	if f.Search != 0 {
		add("search = ?", f.Search)
	}
	if f.Type != 0 {
		add("type = ?", int(f.Type))
	}
	if f.Condition != "" {
		add("condition = ?", f.Condition)
	}
	if f.Surface != "" {
		add("surface = ?", f.Surface)
	}
	if f.Night != nil {
		add("night = ?", *f.Night)
	}
	text := ""
	if len(parts) > 0 {
		text = "WHERE " + strings.Join(parts, " AND ")
	}
	text += " ORDER BY weight_per_h DESC, id"
	if f.Limit > 0 {
		text += " LIMIT ?"
		args = append(args, f.Limit)
	}
	return text, args
}

// Each calls do for each episode that f admits, those of the greatest weight first, until it returns an error.
func (s *Store) Each(ctx context.Context, f Filter, do func(*Episode) error) error {
	where, args := f.where()
	rows, err := s.db.QueryContext(ctx, "SELECT id, search, weight_per_h, data FROM episodes "+where, args...)
	if err != nil {
		return fmt.Errorf("episodes %s: %w", s.path, err)
	}
	defer rows.Close()
	for rows.Next() {
		var id, search int64
		var weight float64
		var data []byte
		if err := rows.Scan(&id, &search, &weight, &data); err != nil {
			return err
		}
		e, err := ReadEpisode(data)
		if err != nil {
			return fmt.Errorf("episodes %s: %d: %w", s.path, id, err)
		}
		e.ID, e.Search, e.Weight = id, search, weight
		if err := do(e); err != nil {
			return err
		}
	}
	return rows.Err()
}

// Episode returns the episode with an id.
func (s *Store) Episode(ctx context.Context, id int64) (*Episode, error) {
	var search int64
	var weight float64
	var data []byte
	err := s.db.QueryRowContext(ctx, "SELECT search, weight_per_h, data FROM episodes WHERE id = ?", id).Scan(&search, &weight, &data)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, fmt.Errorf("episodes %s: episode %d: %w", s.path, id, ErrNone)
	}
	if err != nil {
		return nil, err
	}
	e, err := ReadEpisode(data)
	if err != nil {
		return nil, fmt.Errorf("episodes %s: %d: %w", s.path, id, err)
	}
	e.ID, e.Search, e.Weight = id, search, weight
	return e, nil
}

// Network returns the network of a search.
func (s *Store) Network(ctx context.Context, search int64) (*network.Network, error) {
	data, err := s.NetworkBytes(ctx, search)
	if err != nil {
		return nil, err
	}
	return network.Read(bytes.NewReader(data))
}
