package network_test

import (
	"bytes"
	"testing"

	"roadtwin/network"
	"roadtwin/network/sample"
)

func BenchmarkBuild(b *testing.B) {
	s := sample.Grid(sample.GridSpec{Columns: 20, Rows: 20, Signals: true})
	b.ReportAllocs()
	var lanes int
	for b.Loop() {
		n, err := network.Build(s)
		if err != nil {
			b.Fatal(err)
		}
		lanes = len(n.Lanes)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(lanes), "ns/lane")
}

func BenchmarkRead(b *testing.B) {
	n, err := network.Build(sample.Grid(sample.GridSpec{Columns: 20, Rows: 20, Signals: true}))
	if err != nil {
		b.Fatal(err)
	}
	data := encode(b, n)
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := network.Read(bytes.NewReader(data)); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(len(n.Lanes)), "ns/lane")
}

func BenchmarkPoseAt(b *testing.B) {
	n, err := network.Build(sample.Town(network.RightHand))
	if err != nil {
		b.Fatal(err)
	}
	tracks := network.TrackID(n.NumTracks())
	var t network.TrackID
	for b.Loop() {
		n.PoseAt(t, n.TrackLength(t)/2, 0.2)
		if t++; t == tracks {
			t = 0
		}
	}
}
