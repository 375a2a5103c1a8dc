package extract

// Extract is a piece of OpenStreetMap: all its elements, sorted by id, each id once.
type Extract struct {
	Nodes     []Node
	Ways      []Way
	Relations []Relation
	// Box is the part asked for (or declared in the file's header); zero if neither is known. Complete ways reach
	// outside of it.
	Box    BBox
	Source string // where it was read from, for messages
}

// Node is a point with tags.
type Node struct {
	ID       int64
	Lon, Lat float64 // degrees, finite, in range
	Tags     Tags
}

// Way is a line or an area along nodes, which need not all be in the extract.
type Way struct {
	ID    int64
	Nodes []int64
	Tags  Tags
}

// Relation groups elements, which need not all be in the extract.
type Relation struct {
	ID      int64
	Members []Member
	Tags    Tags
}

// Member is a part of a relation.
type Member struct {
	Type MemberType
	Ref  int64
	Role string
}

// MemberType is the type of a relation's member.
type MemberType uint8

// The member types.
const (
	NodeMember MemberType = iota
	WayMember
	RelationMember
)

// Tags are the tags of an element, sorted by key. Strings are shared between elements.
type Tags []Tag

// Tag is one key and its value.
type Tag struct{ Key, Value string }

// Find returns the value of key, "" if there is none.
func (t Tags) Find(key string) string {
	for i := range t {
		if t[i].Key == key {
			return t[i].Value
		}
	}
	return ""
}

// BBox is a rectangle in degrees.
type BBox struct{ West, South, East, North float64 }
