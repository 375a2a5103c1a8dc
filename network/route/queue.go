package route

// queue is a 4-ary heap of the numbers 0..n-1, least key first and equal keys by number. It knows where each number
// is, so a key can be lowered, and it never holds more than n: it allocates once.
type queue struct {
	heap []queued
	at   []int32 // of each number: its place in heap, valid while it is queued
}

type queued struct {
	key  float64
	item int32
}

// newQueue returns a queue for the numbers below n.
func newQueue(n int) queue { return queue{heap: make([]queued, 0, n), at: make([]int32, n)} }

// before orders the queue.
func (a queued) before(b queued) bool { return a.key < b.key || a.key == b.key && a.item < b.item }

// clear empties the queue.
func (q *queue) clear() { q.heap = q.heap[:0] }

// push adds item, which must not be queued.
func (q *queue) push(item int32, key float64) {
	q.heap = append(q.heap, queued{key, item})
	q.up(int32(len(q.heap)-1), queued{key, item})
}

// lower gives a queued item a smaller key.
func (q *queue) lower(item int32, key float64) { q.up(q.at[item], queued{key, item}) }

// pop removes the first item; the queue must not be empty.
func (q *queue) pop() (item int32, key float64) {
	first := q.heap[0]
	last := q.heap[len(q.heap)-1]
	q.heap = q.heap[:len(q.heap)-1]
	if len(q.heap) > 0 {
		q.down(0, last)
	}
	return first.item, first.key
}

// up places x at i or above.
func (q *queue) up(i int32, x queued) {
	for i > 0 {
		parent := (i - 1) / 4
		if !x.before(q.heap[parent]) {
			break
		}
		q.put(i, q.heap[parent])
		i = parent
	}
	q.put(i, x)
}

// down places x at i or below.
func (q *queue) down(i int32, x queued) {
	n := int32(len(q.heap))
	for {
		child := 4*i + 1
		if child >= n {
			break
		}
		best := child
		for c := child + 1; c < min(child+4, n); c++ {
			if q.heap[c].before(q.heap[best]) {
				best = c
			}
		}
		if !q.heap[best].before(x) {
			break
		}
		q.put(i, q.heap[best])
		i = best
	}
	q.put(i, x)
}

func (q *queue) put(i int32, x queued) {
	q.heap[i] = x
	q.at[x.item] = i
}
