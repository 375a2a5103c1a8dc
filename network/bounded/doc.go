// Package bounded reads what comes from outside in bounded memory: an element without an end, or a file that unpacks to a
// thousand times its size, ends with an error.
package bounded
