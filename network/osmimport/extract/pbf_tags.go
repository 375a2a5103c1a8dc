package extract

import (
	"errors"
	"fmt"
)

// Fields that nodes, ways and relations share, and of Info, osmformat.proto.
const (
	elementKeys   = 2
	elementValues = 3
	elementInfo   = 4<<3 | formBytes

	infoVersion = 1
	infoVisible = 6
)

var errNoID = errors.New("has no id")

// tagArrays are the parallel arrays of string table indices that nodes, ways and relations keep their tags in.
type tagArrays struct{ keys, values varints }

func (a *tagArrays) extend(f field) {
	switch f.key >> 3 {
	case elementKeys:
		a.keys.extend(f)
	case elementValues:
		a.values.extend(f)
	}
}

func (d *decoder) tagsOf(a tagArrays) (Tags, error) {
	n := a.keys.count()
	if got := a.values.count(); got != n {
		return nil, fmt.Errorf("%d keys and %d values, want equally many", n, got)
	}
	return d.readTags(n, &a.keys, &a.values)
}

// readTags reads n tags from where keys and values stand.
func (d *decoder) readTags(n int, keys, values *varints) (Tags, error) {
	if err := chargeFor[Tag](d.budget, n); err != nil {
		return nil, err
	}
	tags := Tags(d.tags.take(n))
	for range n {
		tag, err := d.tag(keys, values)
		if err != nil {
			return nil, fmt.Errorf("tags: %w", err)
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
		return tag, err
	}
	tag.Value, err = d.string(v)
	return tag, err
}

// parseInfo reads an Info message.
func parseInfo(m message) (stamp, error) {
	version, visible := int64(0), true
	err := m.each(func(f field) error {
		switch f.key {
		case infoVersion<<3 | formVarint:
			version = int64(f.value)
		case infoVisible<<3 | formVarint:
			visible = f.value != 0
		}
		return nil
	})
	return newStamp(version, !visible), err
}
