package stream

import (
	"fmt"
	"math"
	"slices"
)

const (
	// VehicleZoom is the map's zoom from which vehicles are sent; below, edges are.
	VehicleZoom = 13
	// maxTiles bounds the tiles of one view.
	maxTiles = 1024
	// maxLatitude is where the web-mercator world ends, degrees.
	maxLatitude = 85.0511
)

// View is what a client looks at: some tiles with their vehicles, or the edges of the whole network.
type View struct {
	Edges bool
	Tiles []Tile // sorted by key, each once; empty if Edges
}

// viewOfBox returns the view at zoom of the box west, south, east, north in degrees.
func viewOfBox(zoom float64, box []float64) (View, error) {
	if len(box) != 4 {
		return View{}, fmt.Errorf("bbox has %d numbers, want 4: west, south, east, north", len(box))
	}
	west, south, east, north := box[0], box[1], box[2], box[3]
	if !(west <= east && south <= north) {
		return View{}, fmt.Errorf("bbox %v: want west <= east and south <= north", box)
	}
	if zoom < VehicleZoom {
		return View{Edges: true}, nil
	}
	clampLat := func(lat float64) float64 { return math.Min(math.Max(lat, -maxLatitude), maxLatitude) }
	clampLon := func(lon float64) float64 { return math.Min(math.Max(lon, -180), 180) }
	first, _, _ := quantise(ToMercator(clampLon(west), clampLat(north)))
	last, _, _ := quantise(ToMercator(clampLon(east), clampLat(south)))
	columns, rows := int(last.X)-int(first.X)+1, int(last.Y)-int(first.Y)+1
	if columns*rows > maxTiles {
		return View{Edges: true}, nil
	}
	tiles := make([]Tile, 0, columns*rows)
	for y := range rows {
		for x := range columns {
			tiles = append(tiles, Tile{first.X + uint16(x), first.Y + uint16(y)})
		}
	}
	return View{Tiles: tiles}, nil
}

// viewOfTiles returns the view at zoom of a list of tiles [x, y].
func viewOfTiles(zoom float64, list [][2]float64) (View, error) {
	if len(list) > maxTiles {
		return View{}, fmt.Errorf("%d tiles, want at most %d", len(list), maxTiles)
	}
	if zoom < VehicleZoom {
		return View{Edges: true}, nil
	}
	tiles := make([]Tile, 0, len(list))
	for _, xy := range list {
		for _, c := range xy {
			if c != math.Trunc(c) || c < 0 || c >= 1<<VehicleTileZoom {
				return View{}, fmt.Errorf("tile %v: want whole numbers from 0 to %d", xy, 1<<VehicleTileZoom-1)
			}
		}
		tiles = append(tiles, Tile{uint16(xy[0]), uint16(xy[1])})
	}
	slices.SortFunc(tiles, func(a, b Tile) int { return int(a.key()) - int(b.key()) })
	return View{Tiles: slices.Compact(tiles)}, nil
}
