package main

import (
	"syscall"
	"time"
)

// cpuSeconds returns the processor time that the program has used, its own and the system's on its behalf.
func cpuSeconds() float64 {
	var r syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &r) != nil {
		return 0
	}
	return time.Duration(r.Utime.Nano() + r.Stime.Nano()).Seconds()
}

// maxRSS returns the most memory that the program has held, in MB (10⁶ bytes).
func maxRSS() float64 {
	var r syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &r) != nil {
		return 0
	}
	return float64(r.Maxrss) * 1024 / 1e6 // Linux counts in KiB
}
