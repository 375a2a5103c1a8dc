package main

import (
	"os"
	"path/filepath"

	"go.yaml.in/yaml/v4"

	"roadtwin/network"
	"roadtwin/signals"
)

// planEntry is a plan as it stands in a scenario, under signals.plans.
type planEntry struct {
	Name   string    `yaml:"name,omitempty" json:"name,omitempty"`
	Node   int64     `yaml:"node,omitempty" json:"node,omitempty"`
	Cycle  float64   `yaml:"-" json:"cycle_s"`
	Offset float64   `yaml:"offset" json:"offset_s"`
	Greens []float64 `yaml:"greens,flow" json:"greens_s"`
}

// planList returns plans as they stand in a scenario.
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

// writePlans writes plans to a file, all of them or none.
func writePlans(path string, net *network.Network, plans []signals.Plan) error {
	text, err := yaml.Dump(map[string]any{"signals": map[string]any{"plans": planList(net, plans)}})
	if err != nil {
		return err
	}
	draft, err := os.CreateTemp(filepath.Dir(path), ".roadtwin-*")
	if err != nil {
		return err
	}
	_, err = draft.Write(text)
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
