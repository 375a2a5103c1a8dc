package extract

import (
	"encoding/xml"
	"fmt"
	"strconv"
)

// identity reads the attributes that all elements have. Editors mark what they deleted with action="delete".
func identity(kind string, attrs []xml.Attr) (id int64, s stamp, err error) {
	text := attribute(attrs, "id")
	if id, err = strconv.ParseInt(text, 10, 64); err != nil {
		return 0, 0, fmt.Errorf("%s: id %s: want a whole number", kind, quoted(text))
	}
	version := int64(0)
	if text := attribute(attrs, "version"); text != "" {
		if version, err = strconv.ParseInt(text, 10, 64); err != nil {
			return id, 0, fmt.Errorf("%s %d: version %s: want a whole number", kind, id, quoted(text))
		}
	}
	deleted := attribute(attrs, "visible") == "false" || attribute(attrs, "action") == "delete"
	return id, newStamp(version, deleted), nil
}

func (x *xmlReader) node(attrs []xml.Attr) error {
	id, s, err := identity("node", attrs)
	if err != nil {
		return err
	}
	n := Node{ID: id}
	if !s.deleted() {
		if n.Lon, err = coordinate(attrs, "lon", validLon, "-180 to 180"); err != nil {
			return fmt.Errorf("node %d: %w", id, err)
		}
		if n.Lat, err = coordinate(attrs, "lat", validLat, "-90 to 90"); err != nil {
			return fmt.Errorf("node %d: %w", id, err)
		}
	}
	err = x.each(1, func(start xml.StartElement) (bool, error) {
		if start.Name.Local == "tag" {
			x.tags = append(x.tags, x.tag(start.Attr))
		}
		return false, nil
	})
	if err != nil {
		return fmt.Errorf("node %d: %w", id, err)
	}
	if n.Tags, err = x.takeTags(); err != nil {
		return err
	}
	return add(&x.out.nodes, n, s, x.budget)
}

func coordinate(attrs []xml.Attr, name string, valid func(float64) bool, want string) (float64, error) {
	text := attribute(attrs, name)
	v, err := strconv.ParseFloat(text, 64)
	if err != nil || !valid(v) {
		return 0, fmt.Errorf("%s %s: want %s degrees", name, quoted(text), want)
	}
	return v, nil
}

func (x *xmlReader) tag(attrs []xml.Attr) Tag {
	return Tag{Key: x.intern(attribute(attrs, "k")), Value: x.intern(attribute(attrs, "v"))}
}

func (x *xmlReader) way(attrs []xml.Attr) error {
	id, s, err := identity("way", attrs)
	if err != nil {
		return err
	}
	w := Way{ID: id}
	x.refs = x.refs[:0]
	err = x.each(1, func(start xml.StartElement) (bool, error) {
		switch start.Name.Local {
		case "nd":
			ref, err := reference(start.Attr)
			if err != nil {
				return false, err
			}
			if x.refs = append(x.refs, ref); len(x.refs) > maxWayNodes {
				return false, tooManyNodes(len(x.refs))
			}
		case "tag":
			x.tags = append(x.tags, x.tag(start.Attr))
		}
		return false, nil
	})
	if err != nil {
		return fmt.Errorf("way %d: %w", id, err)
	}
	w.Nodes = append([]int64(nil), x.refs...)
	if err := chargeFor[int64](x.budget, len(w.Nodes)); err != nil {
		return err
	}
	if w.Tags, err = x.takeTags(); err != nil {
		return err
	}
	return add(&x.out.ways, w, s, x.budget)
}

func reference(attrs []xml.Attr) (int64, error) {
	text := attribute(attrs, "ref")
	ref, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return 0, fmt.Errorf("ref %s: want a whole number", quoted(text))
	}
	return ref, nil
}

func (x *xmlReader) relation(attrs []xml.Attr) error {
	id, s, err := identity("relation", attrs)
	if err != nil {
		return err
	}
	r := Relation{ID: id}
	x.members = x.members[:0]
	err = x.each(1, func(start xml.StartElement) (bool, error) {
		switch start.Name.Local {
		case "member":
			m, err := x.member(start.Attr)
			if err != nil {
				return false, err
			}
			x.members = append(x.members, m)
		case "tag":
			x.tags = append(x.tags, x.tag(start.Attr))
		}
		return false, nil
	})
	if err != nil {
		return fmt.Errorf("relation %d: %w", id, err)
	}
	r.Members = append([]Member(nil), x.members...)
	if err := chargeFor[Member](x.budget, len(r.Members)); err != nil {
		return err
	}
	if r.Tags, err = x.takeTags(); err != nil {
		return err
	}
	return add(&x.out.relations, r, s, x.budget)
}

func (x *xmlReader) member(attrs []xml.Attr) (m Member, err error) {
	if m.Ref, err = reference(attrs); err != nil {
		return m, fmt.Errorf("member: %w", err)
	}
	switch t := attribute(attrs, "type"); t {
	case "node":
		m.Type = NodeMember
	case "way":
		m.Type = WayMember
	case "relation":
		m.Type = RelationMember
	default:
		return m, fmt.Errorf("member: type %s: want node, way or relation", quoted(t))
	}
	m.Role = x.intern(attribute(attrs, "role"))
	return m, nil
}
