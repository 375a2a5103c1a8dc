package tiles

import "roadtwin/network/osmimport/extract"

// appendSea appends the sea.
func appendSea(features []feature, x *extract.Extract) []feature { return features }
