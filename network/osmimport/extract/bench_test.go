package extract

import (
	"bytes"
	"context"
	"testing"
)

// The benchmarks decode a made-up town of 40,000 nodes and 8,000 ways; MB/s are of the encoded file.

func BenchmarkPBF(b *testing.B) {
	x := randomExtract(30, 40000)
	for _, c := range []struct {
		name string
		w    pbfWriter
	}{
		{"dense/zlib", pbfWriter{packZlib, false, 8000}},
		{"dense/zstd", pbfWriter{packZstd, false, 8000}},
		{"dense/raw", pbfWriter{packRaw, false, 8000}},
		{"plain/zlib", pbfWriter{packZlib, true, 8000}},
	} {
		file := c.w.encode(x)
		b.Run(c.name, func(b *testing.B) {
			b.SetBytes(int64(len(file)))
			b.ReportAllocs()
			for b.Loop() {
				blocks, err := readPBF(context.Background(), bytes.NewReader(file), newBudget(0, 0))
				if err != nil {
					b.Fatal(err)
				}
				merge(blocks)
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*len(x.Nodes)), "ns/node")
		})
	}
}

func BenchmarkXML(b *testing.B) {
	x := randomExtract(30, 40000)
	file := encodeXML(x)
	b.SetBytes(int64(len(file)))
	b.ReportAllocs()
	for b.Loop() {
		e, err := readXML(context.Background(), bytes.NewReader(file), newBudget(0, 0))
		if err != nil {
			b.Fatal(err)
		}
		merge([]*elements{e})
	}
}

func BenchmarkLookup(b *testing.B) {
	x := randomExtract(30, 40000)
	i := 0
	for b.Loop() {
		if _, ok := x.Node(x.Nodes[i].ID); !ok {
			b.Fatal("not found")
		}
		if i += 7919; i >= len(x.Nodes) {
			i -= len(x.Nodes)
		}
	}
}
