package extract

import (
	"errors"
	"fmt"

	"google.golang.org/protobuf/encoding/protowire"
)

// Fields of the elements, osmformat.proto.
const (
	nodeID     = 1<<3 | formVarint
	nodeLat    = 8<<3 | formVarint
	nodeLon    = 9<<3 | formVarint
	denseIDs   = 1
	denseInfo  = 5<<3 | formBytes
	denseLats  = 8
	denseLons  = 9
	denseTags  = 10
	elementID  = 1<<3 | formVarint // of ways and relations
	keys       = 2
	values     = 3
	info       = 4<<3 | formBytes
	wayRefs    = 8
	roles      = 8
	memberIDs  = 9
	memberType = 10

	infoVersion = 1
	infoVisible = 6
)

// maxWayNodes is the limit of the OpenStreetMap API (its capabilities call answers waynodes maximum="2000"). A longer
// way does not come from there, and is an error.
const maxWayNodes = 2000

var (
	errNoID    = errors.New("has no id")
	errNoPlace = errors.New("has no position")
)

// tagArrays are the parallel arrays of string table indices that nodes, ways and relations keep their tags in.
type tagArrays struct{ keys, values varints }

func (d *decoder) tagsOf(a tagArrays) (Tags, error) {
	n := a.keys.count()
	if got := a.values.count(); got != n {
		return nil, fmt.Errorf("%d keys and %d values, want equally many", n, got)
	}
	if err := chargeFor[Tag](d.budget, n); err != nil {
		return nil, err
	}
	tags := Tags(d.tags.take(n))
	for range n {
		tag, err := d.tag(&a.keys, &a.values)
		if err != nil {
			return nil, err
		}
		tags = append(tags, tag)
	}
	return sortTags(tags), nil
}

func (d *decoder) tag(keys, values *varints) (tag Tag, err error) {
	k, err := keys.next()
	if err != nil {
		return tag, err
	}
	v, err := values.next()
	if err != nil {
		return tag, err
	}
	if tag.Key, err = d.string(k); err != nil {
		return tag, fmt.Errorf("key: %w", err)
	}
	if tag.Value, err = d.string(v); err != nil {
		return tag, fmt.Errorf("value: %w", err)
	}
	return tag, nil
}

// stampOf reads an Info message.
func stampOf(m message) (stamp, error) {
	version, visible := int64(0), true
	for {
		f, more, err := m.next()
		if err != nil {
			return 0, fmt.Errorf("info: %w", err)
		}
		if !more {
			return newStamp(version, !visible), nil
		}
		switch f.key {
		case infoVersion<<3 | formVarint:
			version = int64(f.value)
		case infoVisible<<3 | formVarint:
			visible = f.value != 0
		}
	}
}

// node decodes a Node message.
func (d *decoder) node(m message) error {
	var n Node
	var tags tagArrays
	var s stamp
	var hasID, hasLat, hasLon bool
	var x, y int64
	for {
		f, more, err := m.next()
		if err != nil {
			return fmt.Errorf("node %d: %w", n.ID, err)
		}
		if !more {
			break
		}
		switch f.key {
		case nodeID:
			n.ID, hasID = protowire.DecodeZigZag(f.value), true
		case nodeLat:
			y, hasLat = protowire.DecodeZigZag(f.value), true
		case nodeLon:
			x, hasLon = protowire.DecodeZigZag(f.value), true
		case info:
			if s, err = stampOf(f.data); err != nil {
				return fmt.Errorf("node %d: %w", n.ID, err)
			}
		}
		switch f.key >> 3 {
		case keys:
			tags.keys.extend(f)
		case values:
			tags.values.extend(f)
		}
	}
	if !hasID {
		return fmt.Errorf("node: %w", errNoID)
	}
	var err error
	if !s.deleted() {
		if !hasLat || !hasLon {
			return fmt.Errorf("node %d: %w", n.ID, errNoPlace)
		}
		if n.Lon, n.Lat, err = d.grid.place(x, y); err != nil {
			return fmt.Errorf("node %d: %w", n.ID, err)
		}
	}
	if n.Tags, err = d.tagsOf(tags); err != nil {
		return fmt.Errorf("node %d: %w", n.ID, err)
	}
	if err := room(&d.out.nodes, 1, d.budget); err != nil {
		return err
	}
	d.out.nodes.add(n, s)
	return nil
}

// dense are the arrays of a DenseNodes message, one value a node.
type dense struct {
	ids, lats, lons   delta
	tags              varints // key, value, key, value, ..., 0 for each node; empty if no node has any
	versions, visible varints // empty if not known
}

func parseDense(m message) (a dense, err error) {
	for {
		f, more, err := m.next()
		if err != nil || !more {
			return a, err
		}
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
			if err := a.info(f.data); err != nil {
				return a, err
			}
		}
	}
}

func (a *dense) info(m message) error {
	for {
		f, more, err := m.next()
		if err != nil || !more {
			return err
		}
		switch f.key >> 3 {
		case infoVersion:
			a.versions.extend(f)
		case infoVisible:
			a.visible.extend(f)
		}
	}
}

// check returns the number of nodes.
func (a *dense) check() (int, error) {
	n := a.ids.count()
	if lats, lons := a.lats.count(), a.lons.count(); lats != n || lons != n {
		return 0, fmt.Errorf("%d ids, %d latitudes and %d longitudes, want equally many", n, lats, lons)
	}
	for _, v := range []varints{a.versions, a.visible} {
		if got := v.count(); got != 0 && got != n {
			return 0, fmt.Errorf("%d ids and %d versions or visible marks, want equally many or none", n, got)
		}
	}
	return n, nil
}

// denseNodes decodes a DenseNodes message.
func (d *decoder) denseNodes(m message) error {
	a, err := parseDense(m)
	if err != nil {
		return fmt.Errorf("dense nodes: %w", err)
	}
	n, err := a.check()
	if err != nil {
		return fmt.Errorf("dense nodes: %w", err)
	}
	if err := room(&d.out.nodes, n, d.budget); err != nil {
		return err
	}
	for range n {
		node, s, err := d.denseNode(&a)
		if err != nil {
			return fmt.Errorf("dense node %d: %w", node.ID, err)
		}
		d.out.nodes.add(node, s)
	}
	return nil
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
			return nil, err
		}
		if k == 0 {
			break
		}
		if _, err := ahead.next(); err != nil {
			return nil, fmt.Errorf("tags: %w", err)
		}
	}
	if err := chargeFor[Tag](d.budget, n); err != nil {
		return nil, err
	}
	tags := Tags(d.tags.take(n))
	for range n {
		tag, err := d.tag(v, v)
		if err != nil {
			return nil, err
		}
		tags = append(tags, tag)
	}
	_, err := v.next() // the 0
	return sortTags(tags), err
}

// way decodes a Way message.
func (d *decoder) way(m message) error {
	var w Way
	var tags tagArrays
	var refs delta
	var s stamp
	hasID := false
	for {
		f, more, err := m.next()
		if err != nil {
			return fmt.Errorf("way %d: %w", w.ID, err)
		}
		if !more {
			break
		}
		switch f.key {
		case elementID:
			w.ID, hasID = int64(f.value), true
		case info:
			if s, err = stampOf(f.data); err != nil {
				return fmt.Errorf("way %d: %w", w.ID, err)
			}
		}
		switch f.key >> 3 {
		case keys:
			tags.keys.extend(f)
		case values:
			tags.values.extend(f)
		case wayRefs:
			refs.extend(f)
		}
	}
	if !hasID {
		return fmt.Errorf("way: %w", errNoID)
	}
	var err error
	if w.Nodes, err = d.wayNodes(refs); err != nil {
		return fmt.Errorf("way %d: %w", w.ID, err)
	}
	if w.Tags, err = d.tagsOf(tags); err != nil {
		return fmt.Errorf("way %d: %w", w.ID, err)
	}
	if err := room(&d.out.ways, 1, d.budget); err != nil {
		return err
	}
	d.out.ways.add(w, s)
	return nil
}

func (d *decoder) wayNodes(refs delta) ([]int64, error) {
	n := refs.count()
	if n > maxWayNodes {
		return nil, tooManyNodes(n)
	}
	if err := chargeFor[int64](d.budget, n); err != nil {
		return nil, err
	}
	nodes := d.refs.take(n)
	for range n {
		ref, err := refs.next()
		if err != nil {
			return nil, fmt.Errorf("nodes: %w", err)
		}
		nodes = append(nodes, ref)
	}
	return nodes, nil
}

func tooManyNodes(n int) error {
	return fmt.Errorf("%d nodes, want at most %d, the limit of OpenStreetMap", n, maxWayNodes)
}

// memberArrays are the parallel arrays of a Relation message.
type memberArrays struct {
	roles, types varints
	ids          delta
}

// relation decodes a Relation message.
func (d *decoder) relation(m message) error {
	var r Relation
	var tags tagArrays
	var members memberArrays
	var s stamp
	hasID := false
	for {
		f, more, err := m.next()
		if err != nil {
			return fmt.Errorf("relation %d: %w", r.ID, err)
		}
		if !more {
			break
		}
		switch f.key {
		case elementID:
			r.ID, hasID = int64(f.value), true
		case info:
			if s, err = stampOf(f.data); err != nil {
				return fmt.Errorf("relation %d: %w", r.ID, err)
			}
		}
		switch f.key >> 3 {
		case keys:
			tags.keys.extend(f)
		case values:
			tags.values.extend(f)
		case roles:
			members.roles.extend(f)
		case memberIDs:
			members.ids.extend(f)
		case memberType:
			members.types.extend(f)
		}
	}
	if !hasID {
		return fmt.Errorf("relation: %w", errNoID)
	}
	var err error
	if r.Members, err = d.membersOf(members); err != nil {
		return fmt.Errorf("relation %d: %w", r.ID, err)
	}
	if r.Tags, err = d.tagsOf(tags); err != nil {
		return fmt.Errorf("relation %d: %w", r.ID, err)
	}
	if err := room(&d.out.relations, 1, d.budget); err != nil {
		return err
	}
	d.out.relations.add(r, s)
	return nil
}

func (d *decoder) membersOf(a memberArrays) ([]Member, error) {
	n := a.ids.count()
	if nroles, ntypes := a.roles.count(), a.types.count(); nroles != n || ntypes != n {
		return nil, fmt.Errorf("%d members, %d roles and %d types, want equally many", n, nroles, ntypes)
	}
	if err := chargeFor[Member](d.budget, n); err != nil {
		return nil, err
	}
	members := d.members.take(n)
	for range n {
		m, err := d.memberOf(&a)
		if err != nil {
			return nil, fmt.Errorf("member: %w", err)
		}
		members = append(members, m)
	}
	return members, nil
}

func (d *decoder) memberOf(a *memberArrays) (m Member, err error) {
	if m.Ref, err = a.ids.next(); err != nil {
		return m, err
	}
	t, err := a.types.next()
	if err != nil {
		return m, err
	}
	if t > uint64(RelationMember) {
		return m, fmt.Errorf("type %d, want 0 (node), 1 (way) or 2 (relation)", t)
	}
	m.Type = MemberType(t)
	role, err := a.roles.next()
	if err != nil {
		return m, err
	}
	if m.Role, err = d.string(role); err != nil {
		return m, fmt.Errorf("role: %w", err)
	}
	return m, nil
}
