package extract

import "fmt"

// Fields of Way and Relation, osmformat.proto. Arrays are known by their number alone: they come packed or not.
const (
	elementID       = 1<<3 | formVarint
	wayRefs         = 8
	relationRoles   = 8
	relationMembers = 9
	relationTypes   = 10
)

// maxWayNodes is the limit of the OpenStreetMap API (its capabilities call answers waynodes maximum="2000"). A longer
// way does not come from there, and is an error.
const maxWayNodes = 2000

func tooManyNodes(n int) error {
	return fmt.Errorf("%d nodes, want at most %d, the limit of OpenStreetMap", n, maxWayNodes)
}

// way decodes a Way message.
func (d *decoder) way(m message) error {
	w, s, err := d.parseWay(m)
	if err != nil {
		return fmt.Errorf("way %d: %w", w.ID, err)
	}
	return add(&d.out.ways, w, s, d.budget)
}

func (d *decoder) parseWay(m message) (w Way, s stamp, err error) {
	var tags tagArrays
	var refs delta
	hasID := false
	err = m.each(func(f field) (err error) {
		switch f.key {
		case elementID:
			w.ID, hasID = int64(f.value), true
		case elementInfo:
			s, err = parseInfo(f.data)
		default:
			tags.extend(f)
			if f.key>>3 == wayRefs {
				refs.extend(f)
			}
		}
		return err
	})
	if err != nil {
		return w, s, err
	}
	if !hasID {
		return w, s, errNoID
	}
	if w.Nodes, err = d.wayNodes(&refs); err != nil {
		return w, s, err
	}
	w.Tags, err = d.tagsOf(tags)
	return w, s, err
}

func (d *decoder) wayNodes(refs *delta) ([]int64, error) {
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

// memberArrays are the parallel arrays of a Relation message.
type memberArrays struct {
	roles, types varints
	ids          delta
}

func (a *memberArrays) extend(f field) {
	switch f.key >> 3 {
	case relationRoles:
		a.roles.extend(f)
	case relationMembers:
		a.ids.extend(f)
	case relationTypes:
		a.types.extend(f)
	}
}

// relation decodes a Relation message.
func (d *decoder) relation(m message) error {
	r, s, err := d.parseRelation(m)
	if err != nil {
		return fmt.Errorf("relation %d: %w", r.ID, err)
	}
	return add(&d.out.relations, r, s, d.budget)
}

func (d *decoder) parseRelation(m message) (r Relation, s stamp, err error) {
	var tags tagArrays
	var members memberArrays
	hasID := false
	err = m.each(func(f field) (err error) {
		switch f.key {
		case elementID:
			r.ID, hasID = int64(f.value), true
		case elementInfo:
			s, err = parseInfo(f.data)
		default:
			tags.extend(f)
			members.extend(f)
		}
		return err
	})
	if err != nil {
		return r, s, err
	}
	if !hasID {
		return r, s, errNoID
	}
	if r.Members, err = d.membersOf(&members); err != nil {
		return r, s, err
	}
	r.Tags, err = d.tagsOf(tags)
	return r, s, err
}

func (d *decoder) membersOf(a *memberArrays) ([]Member, error) {
	n := a.ids.count()
	if nroles, ntypes := a.roles.count(), a.types.count(); nroles != n || ntypes != n {
		return nil, fmt.Errorf("%d members, %d roles and %d types, want equally many", n, nroles, ntypes)
	}
	if err := chargeFor[Member](d.budget, n); err != nil {
		return nil, err
	}
	members := d.members.take(n)
	for range n {
		m, err := d.memberOf(a)
		if err != nil {
			return nil, fmt.Errorf("members: %w", err)
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
	m.Role, err = d.string(role)
	return m, err
}
