package stream

import (
	"cmp"
	"slices"
)

// PlaceKind is the kind of a Place.
type PlaceKind uint8

// The kinds of place.
const (
	nowhere PlaceKind = iota
	EdgePlace
	JunctionPlace
)

// Place is what a client may ask to be told about: an edge or a junction of the network.
type Place struct {
	Kind PlaceKind
	ID   int32
}

// NoPlace is the place of who asks about none.
var NoPlace = Place{}

// AppendInspected appends the places that clients ask about to dst, in order, each once.
func (h *Hub) AppendInspected(dst []Place) []Place {
	h.mu.Lock()
	h.each(func(c *client) {
		if p := c.inspected(); p != NoPlace {
			dst = append(dst, p)
		}
	})
	h.mu.Unlock()
	slices.SortFunc(dst, func(a, b Place) int { return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.ID, b.ID)) })
	return slices.Compact(dst)
}

// PublishPlaces sends what is to be told about each place to the clients that ask about it.
func (h *Hub) PublishPlaces(told map[Place][]byte) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.each(func(c *client) {
		if msg := told[c.inspected()]; msg != nil {
			c.text(placeText, msg)
		}
	})
}

func (c *client) inspected() Place {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.place
}

func (c *client) inspect(r *request) error {
	p, err := r.place()
	if err == nil && p != NoPlace && c.hub.cfg.CheckPlace != nil {
		err = c.hub.cfg.CheckPlace(p)
	}
	if err != nil {
		return err
	}
	c.mu.Lock()
	c.place, c.texts[placeText] = p, nil
	c.mu.Unlock()
	if p != NoPlace {
		c.hub.want()
	}
	return nil
}
