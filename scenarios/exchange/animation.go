package exchange

import (
	"cmp"
	"image"
	"image/color"
	"image/draw"
	"image/gif"
	"io"
	"math"

	"roadtwin/network"
	"roadtwin/scenarios/rare"
)

// frameTime is the least time between two pictures of an animation, s: players take less for a mistake.
const frameTime = 0.1

// inks are the colours of an animation: those of the picture, and what is between each and the road.
var inks = func() (p color.Palette) {
	plain := []color.RGBA{ground, asphalt, slippery, others, striking, struck, marks}
	for _, a := range plain {
		p = append(p, a)
		for _, b := range plain {
			for share := 1; share < 4; share++ {
				mix := func(x, y uint8) uint8 { return uint8((int(x)*share + int(y)*(4-share)) / 4) }
				if len(p) < 255 && a != b {
					p = append(p, color.RGBA{mix(a.R, b.R), mix(a.G, b.G), mix(a.B, b.B), 255})
				}
			}
		}
	}
	return p
}()

// WriteAnimation draws an episode from above as an animated GIF in real time, as WritePicture does a moment of it; 0 for Size is 500.
func WriteAnimation(w io.Writer, e *rare.Episode, net *network.Network, o PictureOptions) error {
	p, err := newPiece(e, net)
	if err != nil {
		return err
	}
	o.Size = cmp.Or(o.Size, 500)
	road := p.drawRoads(e, o)
	every := max(1, int(math.Round(frameTime/e.Step)))
	g := gif.GIF{}
	for k := 0; k < e.Samples; k += every {
		c := &canvas{image: image.NewRGBA(road.image.Rect), middle: road.middle, scale: road.scale}
		copy(c.image.Pix, road.image.Pix)
		c.drawVehicles(e, k)
		frame := image.NewPaletted(c.image.Rect, inks)
		draw.Draw(frame, frame.Rect, c.image, image.Point{}, draw.Src)
		g.Image = append(g.Image, frame)
		g.Delay = append(g.Delay, int(math.Round(float64(every)*e.Step*100)))
	}
	return gif.EncodeAll(w, &g)
}
