package tiles

import (
	"container/list"
	"sync"
)

// cache keeps the tiles that were used last, and lets each be made once at a time.
type cache struct {
	mu      sync.Mutex
	entries map[ID]*list.Element // of *entry
	recent  *list.List           // the most recently used first
	size    int                  // bytes
	limit   int
}

type entry struct {
	id   ID
	done chan struct{} // closed when what follows is valid
	tile Tile
	err  error
}

// entryOverhead is about what an entry costs beside its tile, bytes.
const entryOverhead = 256

func newCache(limit int) cache {
	return cache{entries: make(map[ID]*list.Element), recent: list.New(), limit: limit}
}

// take returns the entry of a tile; if mine, the caller makes the tile and must put it.
func (c *cache) take(id ID) (e *entry, mine bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if at, ok := c.entries[id]; ok {
		c.recent.MoveToFront(at)
		return at.Value.(*entry), false
	}
	e = &entry{id: id, done: make(chan struct{})}
	c.entries[id] = c.recent.PushFront(e)
	return e, true
}

// put fills an entry that was taken and forgets the tiles that have not been used for longest. Failures are not kept.
func (c *cache) put(e *entry, tile Tile, err error) {
	e.tile, e.err = tile, err
	close(e.done)
	c.mu.Lock()
	defer c.mu.Unlock()
	if err != nil {
		c.drop(c.entries[e.id])
		return
	}
	c.size += len(tile.Gzip) + entryOverhead
	for at := c.recent.Back(); at != nil && c.size > c.limit; {
		before := at.Prev()
		old := at.Value.(*entry)
		select {
		case <-old.done:
			if old != e {
				c.size -= len(old.tile.Gzip) + entryOverhead
				c.drop(at)
			}
		default: // still being made
		}
		at = before
	}
}

func (c *cache) drop(at *list.Element) {
	delete(c.entries, at.Value.(*entry).id)
	c.recent.Remove(at)
}
