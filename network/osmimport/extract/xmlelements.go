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
			n.Tags = append(n.Tags, x.tag(start.Attr))
		}
		return false, nil
	})
	if err != nil {
		return fmt.Errorf("node %d: %w", id, err)
	}
	n.Tags = sortTags(n.Tags)
	x.out.nodes.add(n, s)
	return nil
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
	err = x.each(1, func(start xml.StartElement) (bool, error) {
		switch start.Name.Local {
		case "nd":
			ref, err := reference(start.Attr)
			if err != nil {
				return false, err
			}
			if w.Nodes = append(w.Nodes, ref); len(w.Nodes) > maxWayNodes {
				return false, tooManyNodes(len(w.Nodes))
			}
		case "tag":
			w.Tags = append(w.Tags, x.tag(start.Attr))
		}
		return false, nil
	})
	if err != nil {
		return fmt.Errorf("way %d: %w", id, err)
	}
	w.Tags = sortTags(w.Tags)
	x.out.ways.add(w, s)
	return nil
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
	err = x.each(1, func(start xml.StartElement) (bool, error) {
		switch start.Name.Local {
		case "member":
			m, err := x.member(start.Attr)
			if err != nil {
				return false, err
			}
			r.Members = append(r.Members, m)
		case "tag":
			r.Tags = append(r.Tags, x.tag(start.Attr))
		}
		return false, nil
	})
	if err != nil {
		return fmt.Errorf("relation %d: %w", id, err)
	}
	r.Tags = sortTags(r.Tags)
	x.out.relations.add(r, s)
	return nil
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
