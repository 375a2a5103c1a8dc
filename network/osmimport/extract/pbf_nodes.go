package extract

import (
	"errors"
	"fmt"

	"google.golang.org/protobuf/encoding/protowire"
)

// Fields of Node, DenseNodes and DenseInfo, osmformat.proto. Arrays are known by their number alone: they come packed
// or not.
const (
	nodeID  = 1<<3 | formVarint
	nodeLat = 8<<3 | formVarint
	nodeLon = 9<<3 | formVarint

	denseIDs  = 1
	denseInfo = 5<<3 | formBytes
	denseLats = 8
	denseLons = 9
	denseTags = 10
)

var errNoPlace = errors.New("has no position")

// node decodes a Node message.
func (d *decoder) node(m message) error {
	n, s, err := d.parseNode(m)
	if err != nil {
		return fmt.Errorf("node %d: %w", n.ID, err)
	}
	return add(&d.out.nodes, n, s, d.budget)
}

func (d *decoder) parseNode(m message) (n Node, s stamp, err error) {
	var tags tagArrays
	var hasID, hasLat, hasLon bool
	var x, y int64
	err = m.each(func(f field) (err error) {
		switch f.key {
		case nodeID:
			n.ID, hasID = protowire.DecodeZigZag(f.value), true
		case nodeLat:
			y, hasLat = protowire.DecodeZigZag(f.value), true
		case nodeLon:
			x, hasLon = protowire.DecodeZigZag(f.value), true
		case elementInfo:
			s, err = parseInfo(f.data)
		default:
			tags.extend(f)
		}
		return err
	})
	switch {
	case err != nil:
		return n, s, err
	case !hasID:
		return n, s, errNoID
	case s.deleted():
	case !hasLat || !hasLon:
		return n, s, errNoPlace
	default:
		if n.Lon, n.Lat, err = d.grid.place(x, y); err != nil {
			return n, s, err
		}
	}
	n.Tags, err = d.tagsOf(tags)
	return n, s, err
}

// dense are the arrays of a DenseNodes message, one value a node.
type dense struct {
	ids, lats, lons   delta
	tags              varints // key, value, key, value, ..., 0 for each node; empty if no node has any
	versions, visible varints // empty if not known
}

// denseNodes decodes a DenseNodes message.
func (d *decoder) denseNodes(m message) error {
	a, n, err := parseDense(m)
	if err != nil {
		return fmt.Errorf("dense nodes: %w", err)
	}
	if err := room(&d.out.nodes, n, d.budget); err != nil {
		return err
	}
	for range n {
		node, s, err := d.denseNode(a)
		if err != nil {
			return fmt.Errorf("dense node %d: %w", node.ID, err)
		}
		d.out.nodes.add(node, s)
	}
	if len(a.tags.left) > 0 {
		return fmt.Errorf("dense nodes: tags of more than %d nodes", n)
	}
	return nil
}

// parseDense returns the arrays and how many nodes they hold.
func parseDense(m message) (a *dense, n int, err error) {
	a = &dense{}
	err = m.each(func(f field) error {
		switch f.key >> 3 {
		case denseIDs:
			a.ids.extend(f)
		case denseLats:
			a.lats.extend(f)
		case denseLons:
			a.lons.extend(f)
		case denseTags:
			a.tags.extend(f)
		}
		if f.key == denseInfo {
			return a.info(f.data)
		}
		return nil
	})
	if err != nil {
		return nil, 0, err
	}
	n = a.ids.count()
	if lats, lons := a.lats.count(), a.lons.count(); lats != n || lons != n {
		return nil, 0, fmt.Errorf("%d ids, %d latitudes and %d longitudes, want equally many", n, lats, lons)
	}
	for _, v := range []*varints{&a.versions, &a.visible} {
		if got := v.count(); got != 0 && got != n {
			return nil, 0, fmt.Errorf("%d ids and %d versions or marks of visibility, want equally many or none", n, got)
		}
	}
	return a, n, nil
}

func (a *dense) info(m message) error {
	return m.each(func(f field) error {
		switch f.key >> 3 {
		case infoVersion:
			a.versions.extend(f)
		case infoVisible:
			a.visible.extend(f)
		}
		return nil
	})
}

func (d *decoder) denseNode(a *dense) (n Node, s stamp, err error) {
	if n.ID, err = a.ids.next(); err != nil {
		return n, s, err
	}
	x, err := a.lons.next()
	if err != nil {
		return n, s, err
	}
	y, err := a.lats.next()
	if err != nil {
		return n, s, err
	}
	if s, err = a.stamp(); err != nil {
		return n, s, err
	}
	if !s.deleted() {
		if n.Lon, n.Lat, err = d.grid.place(x, y); err != nil {
			return n, s, err
		}
	}
	n.Tags, err = d.denseTags(&a.tags)
	return n, s, err
}

func (a *dense) stamp() (stamp, error) {
	version, visible := uint64(0), uint64(1)
	var err error
	if len(a.versions.left) > 0 {
		if version, err = a.versions.next(); err != nil {
			return 0, err
		}
	}
	if len(a.visible.left) > 0 {
		if visible, err = a.visible.next(); err != nil {
			return 0, err
		}
	}
	return newStamp(int64(version), visible == 0), nil
}

// denseTags reads the tags of the next node.
func (d *decoder) denseTags(v *varints) (Tags, error) {
	if len(v.left) == 0 {
		return nil, nil
	}
	n := 0
	for ahead := *v; ; n++ {
		k, err := ahead.next()
		if err != nil {
			return nil, fmt.Errorf("tags: %w", err)
		}
		if k == 0 {
			break
		}
		if _, err := ahead.next(); err != nil {
			return nil, fmt.Errorf("tags: %w", err)
		}
	}
	tags, err := d.readTags(n, v, v)
	if err != nil {
		return nil, err
	}
	_, err = v.next() // the 0
	return tags, err
}
