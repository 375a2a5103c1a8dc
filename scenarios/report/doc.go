// Package report writes HTML pages that need nothing but a browser: plots are inline SVG, colours follow the reader's light or
// dark scheme, and nothing is loaded from anywhere.
package report
