package main

import (
	"os"
	"path/filepath"

	"roadtwin/network"
	"roadtwin/signals"
	"roadtwin/signals/planfile"
)

// planEntry is a plan in the result as JSON.
type planEntry struct {
	Name   string    `json:"name,omitempty"`
	Node   int64     `json:"node,omitempty"`
	Cycle  float64   `json:"cycle_s"`
	Offset float64   `json:"offset_s"`
	Greens []float64 `json:"greens_s"`
}

// planList returns plans for the result as JSON.
func planList(net *network.Network, plans []signals.Plan) (list []planEntry) {
	for i := range plans {
		c := &net.Controllers[plans[i].Controller]
		e := planEntry{Name: c.Name, Cycle: plans[i].Cycle(), Offset: plans[i].Offset}
		if len(c.OSMNodes) > 0 {
			e.Name, e.Node = "", c.OSMNodes[0]
		}
		for k := range plans[i].Stages {
			e.Greens = append(e.Greens, plans[i].Stages[k].Green)
		}
		list = append(list, e)
	}
	return list
}

// writePlans writes plans to a plan file, all of them or none.
func writePlans(path string, net *network.Network, plans []signals.Plan) error {
	controls := make([]signals.Control, len(plans))
	for i := range plans {
		var err error
		if controls[i], err = signals.DefaultControl(net, &plans[i], signals.FixedTime, signals.ControlOptions{}); err != nil {
			return err
		}
	}
	draft, err := os.CreateTemp(filepath.Dir(path), ".roadtwin-*")
	if err != nil {
		return err
	}
	err = planfile.Write(draft, net, controls)
	if closed := draft.Close(); err == nil {
		err = closed
	}
	if err == nil {
		err = os.Rename(draft.Name(), path)
	}
	if err != nil {
		_ = os.Remove(draft.Name())
	}
	return err
}
