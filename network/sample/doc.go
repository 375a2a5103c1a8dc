// Package sample generates street networks: grids, rings, corridors, single crossings and a small town that has
// everything in it. They are inputs for tests, benchmarks and demonstrations that need no map.
package sample
