package extract

import (
	"hash/maphash"
	"sync"
)

// interner keeps one copy of each string: an extract says "highway" a hundred thousand times. It may be used from any
// number of goroutines; shards keep them out of each other's way.
type interner struct {
	seed   maphash.Seed
	shards [64]struct {
		sync.Mutex
		strings map[string]string
	}
}

func newInterner() *interner {
	in := &interner{seed: maphash.MakeSeed()}
	for i := range in.shards {
		in.shards[i].strings = make(map[string]string)
	}
	return in
}

// intern returns b as a string, and whether it is new.
func (in *interner) intern(b []byte) (s string, isNew bool) {
	shard := &in.shards[maphash.Bytes(in.seed, b)%uint64(len(in.shards))]
	shard.Lock()
	defer shard.Unlock()
	if s, ok := shard.strings[string(b)]; ok {
		return s, false
	}
	s = string(b)
	shard.strings[s] = s
	return s, true
}
