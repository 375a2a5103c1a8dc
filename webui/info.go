package webui

import (
	"math"

	"roadtwin/network"
	"roadtwin/signals"
	"roadtwin/vehicles"
	"roadtwin/vehicles/tyre"
	"roadtwin/webui/stream"
	"roadtwin/webui/tiles"
)

// info is what /api/info and the hello message say of the run.
type info struct {
	Type            string      `json:"type,omitempty"` // hello, or nothing
	Name            string      `json:"name"`
	Version         string      `json:"version"`
	Run             string      `json:"run"` // another one with every start of the server
	Protocol        int         `json:"protocol"`
	Attribution     string      `json:"attribution"`
	Country         string      `json:"country"`
	DrivingSide     string      `json:"driving_side"`
	Bounds          [4]float64  `json:"bounds"`
	Center          [2]float64  `json:"center"`
	Begin           float64     `json:"begin"`
	End             float64     `json:"end"`
	Step            float64     `json:"step"`
	BaseMap         bool        `json:"base_map"`
	Junctions       int         `json:"junctions"`
	Edges           int         `json:"edges"`
	Lanes           int         `json:"lanes"`
	SignalGroups    int         `json:"signal_groups"`
	Controllers     int         `json:"controllers"`
	Tiles           tileInfo    `json:"tiles"`
	VehicleZoom     int         `json:"vehicle_zoom"`
	VehicleTileZoom int         `json:"vehicle_tile_zoom"`
	Classes         []classInfo `json:"classes"`
	Aspects         []string    `json:"aspects"`
	Conditions      []string    `json:"conditions"`
}

type tileInfo struct {
	URL     string   `json:"url"`
	MinZoom int      `json:"minzoom"`
	MaxZoom int      `json:"maxzoom"`
	Layers  []string `json:"layers"`
}

// classInfo is how a vehicle of a class is drawn, m.
type classInfo struct {
	ID     int     `json:"id"`
	Name   string  `json:"name"`
	Length float64 `json:"length"`
	Width  float64 `json:"width"`
	Height float64 `json:"height"`
}

// attribution is what the licence of OpenStreetMap's data asks for (ODbL 1.0, section 4.3).
const attribution = "© OpenStreetMap contributors"

func newInfo(cfg *Config, places *stream.Places) info {
	net := cfg.Net
	i := info{
		Name: cfg.Name, Version: cfg.Version, Run: NewToken()[:16], Protocol: stream.Version,
		Country: net.Country, DrivingSide: net.DrivingSide.String(),
		Begin: cfg.Begin, End: cfg.End, Step: cfg.StepTime, BaseMap: cfg.Extract != nil,
		Junctions: len(net.Junctions), Edges: len(net.Edges), Lanes: len(net.Lanes),
		SignalGroups: len(net.SignalGroups), Controllers: len(net.Controllers),
		Tiles:       tileInfo{cfg.Prefix + "/tiles/{z}/{x}/{y}.mvt", tiles.MinZoom, tiles.MaxZoom, tiles.Layers()},
		VehicleZoom: stream.VehicleZoom, VehicleTileZoom: stream.VehicleTileZoom,
	}
	if cfg.Extract != nil || hasOSM(net) {
		i.Attribution = attribution
	}
	i.Bounds = boundsOf(net, places)
	i.Center = [2]float64{round((i.Bounds[0]+i.Bounds[2])/2, 6), round((i.Bounds[1]+i.Bounds[3])/2, 6)}
	for id, c := range vehicles.Classes() {
		i.Classes = append(i.Classes, classInfo{id, network.VehicleClass(id).String(), c.Length, c.Width, c.Height})
	}
	for a := signals.Off; a <= signals.FlashingAmber; a++ {
		i.Aspects = append(i.Aspects, a.String())
	}
	for c := range tyre.NumConditions {
		i.Conditions = append(i.Conditions, c.String())
	}
	return i
}

func hasOSM(net *network.Network) bool {
	for i := range net.Edges {
		if net.Edges[i].OSMWay != 0 {
			return true
		}
	}
	return false
}

// boundsOf returns west, south, east and north of all tracks in degrees.
func boundsOf(net *network.Network, places *stream.Places) [4]float64 {
	low := stream.Mercator{X: math.Inf(1), Y: math.Inf(1)}
	high := stream.Mercator{X: math.Inf(-1), Y: math.Inf(-1)}
	for t := range network.TrackID(net.NumTracks()) {
		for _, w := range places.Shape(t) {
			low.X, low.Y = math.Min(low.X, w.X), math.Min(low.Y, w.Y)
			high.X, high.Y = math.Max(high.X, w.X), math.Max(high.Y, w.Y)
		}
	}
	if low.X > high.X {
		return [4]float64{}
	}
	west, north := low.LonLat()
	east, south := high.LonLat()
	return [4]float64{round(west, 6), round(south, 6), round(east, 6), round(north, 6)}
}

func (i info) json() []byte { return mustJSON(i) }

func (i info) hello() []byte {
	i.Type = "hello"
	return mustJSON(i)
}
