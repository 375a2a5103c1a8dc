package extract

// What tests from outside of the package need: they cannot import an importer from inside of it.
var (
	// EncodeXML writes an extract as .osm.
	EncodeXML = encodeXML
	// WithBlock is a blob of a PBF file with the given content.
	WithBlock = func(block []byte) []byte { return frame("OSMData", packRaw(block)) }
	// EncodeBlocks returns the content of the blobs of an extract, before they are packed.
	EncodeBlocks = func(x *Extract) [][]byte {
		nodes, ways, relations := &stringTable{}, &stringTable{}, &stringTable{}
		var blocks [][]byte
		for _, b := range []struct {
			t     *stringTable
			group []byte
		}{{nodes, denseGroup(x.Nodes, nodes)}, {ways, wayGroup(x.Ways, ways)}, {relations, relationGroup(x.Relations, relations)}} {
			blocks = append(blocks, osmBlock(b.t.strings, b.group))
		}
		return blocks
	}
	// Header is the first blob of a PBF file.
	Header = osmHeader("OsmSchema-V0.6", "DenseNodes")
	// EncodePBF returns a whole PBF file, with or without compression.
	EncodePBF = func(x *Extract, packed bool) []byte {
		pack := packRaw
		if packed {
			pack = packZlib
		}
		return pbfWriter{pack, false, 50}.encode(x)
	}
)
