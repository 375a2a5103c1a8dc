package tiles

import (
	"bytes"
	"cmp"
	"compress/gzip"
	"context"
	"fmt"
	"hash/fnv"
	"runtime"
	"slices"
	"strconv"

	"github.com/paulmach/orb/encoding/mvt"
	"github.com/paulmach/orb/geojson"

	"roadtwin/network"
	"roadtwin/network/osmimport/extract"
)

// Map makes the tiles of one city. It is safe for concurrent use.
type Map struct {
	ready   chan struct{} // closed when what follows has been filled
	strata  []stratum
	surface *surface
	cache   cache
	workers chan struct{} // one token for each tile that is being made
}

// stratum is the features that appear from some zoom on.
type stratum struct {
	from     uint8 // the smallest minZoom of its features
	features []feature
	index    *index
}

// strataFrom are the zooms at which strata begin: search at a small zoom does not see the many small things.
var strataFrom = [...]uint8{MinZoom, 13, 15}

// compare orders features as they are drawn.
func compare(a, b feature) int {
	return cmp.Or(cmp.Compare(a.layer, b.layer), cmp.Compare(a.order, b.order))
}

// cacheBytes bounds the compressed tiles that are kept.
const cacheBytes = 64 << 20

// New returns the map of net on the ground of x, which may be nil: then there are streets only. Preparation goes on in
// the background; tiles wait for it.
func New(net *network.Network, x *extract.Extract) *Map {
	m := &Map{
		ready: make(chan struct{}),
		cache: newCache(cacheBytes),
		// Half of the processors, so that a page that opens does not stop the traffic.
		workers: make(chan struct{}, max(1, runtime.GOMAXPROCS(0)/2)),
	}
	go func() {
		defer close(m.ready)
		m.prepare(net, x)
	}()
	return m
}

func (m *Map) prepare(net *network.Network, x *extract.Extract) {
	var features []feature
	if x != nil {
		features = ground(x, features)
	} else {
		features = roadsOf(net, features)
	}
	features = edgesOf(net, features)
	slices.SortStableFunc(features, compare)
	m.surface = newSurface(net)
	for i, from := range strataFrom {
		to := uint8(MaxZoom + 1)
		if i+1 < len(strataFrom) {
			to = strataFrom[i+1]
		}
		s := stratum{from: from}
		var boxes []box
		for _, f := range features {
			if f.minZoom >= from && f.minZoom < to {
				s.features = append(s.features, f)
				boxes = append(boxes, f.box)
			}
		}
		s.index = newIndex(boxes)
		m.strata = append(m.strata, s)
	}
}

// Tile is an encoded tile.
type Tile struct {
	Gzip []byte // Mapbox Vector Tile 2.1, compressed; empty if there is nothing in it
	ETag string // quoted, as HTTP has it
}

// Tile returns a tile, from the cache or newly made. It fails with ErrZoom if id is of a zoom that is not made, and with
// the error of ctx if that ends first.
func (m *Map) Tile(ctx context.Context, id ID) (Tile, error) {
	if id.Z < MinZoom || id.Z > MaxZoom {
		return Tile{}, ErrZoom
	}
	select {
	case <-m.ready:
	case <-ctx.Done():
		return Tile{}, ctx.Err()
	}
	entry, mine := m.cache.take(id)
	if !mine {
		select {
		case <-entry.done:
			return entry.tile, entry.err
		case <-ctx.Done():
			return Tile{}, ctx.Err()
		}
	}
	// Others may wait for this tile: make it whatever becomes of this request.
	m.workers <- struct{}{}
	tile, err := m.make(id)
	<-m.workers
	m.cache.put(entry, tile, err)
	return tile, err
}

func (m *Map) make(id ID) (Tile, error) {
	layers := m.cut(id)
	if len(layers) == 0 {
		return Tile{ETag: `"empty"`}, nil
	}
	plain, err := mvt.Marshal(layers)
	if err != nil {
		return Tile{}, fmt.Errorf("tile %d/%d/%d: %w", id.Z, id.X, id.Y, err)
	}
	data := compress(plain)
	sum := fnv.New64a()
	_, _ = sum.Write(data) // never fails
	return Tile{Gzip: data, ETag: strconv.Quote(strconv.FormatUint(sum.Sum64(), 36))}, nil
}

// cut returns what lies in a tile, layer by layer, in tile coordinates.
func (m *Map) cut(id ID) mvt.Layers {
	c := newCutter(id)
	var byLayer [numLayers][]*geojson.Feature
	show := func(f *feature) {
		if f.minZoom > id.Z {
			return
		}
		if g := c.cut(f); g != nil {
			out := &geojson.Feature{Geometry: g, Properties: f.props}
			if f.hasID {
				out.ID = f.id
			}
			byLayer[f.layer] = append(byLayer[f.layer], out)
		}
	}
	var hits []int32
	for _, s := range m.strata {
		if s.from > id.Z {
			break
		}
		hits = s.index.search(c.around, hits[:0])
		slices.Sort(hits) // back to the order of drawing
		for _, h := range hits {
			show(&s.features[h])
		}
	}
	if id.Z >= surfaceZoom {
		drawn := m.surface.draw(c.around, id.Z)
		for i := range drawn {
			show(&drawn[i])
		}
	}
	var layers mvt.Layers
	for l, features := range byLayer {
		if len(features) > 0 {
			layers = append(layers, &mvt.Layer{Name: layerNames[l], Version: 2, Extent: c.extent, Features: features})
		}
	}
	return layers
}

func compress(plain []byte) []byte {
	var b bytes.Buffer
	z, _ := gzip.NewWriterLevel(&b, gzip.BestSpeed) // a valid level
	_, _ = z.Write(plain)                           // a buffer takes everything
	_ = z.Close()
	return b.Bytes()
}
