package scenarios

import (
	"syscall"
	"time"
)

// CPUTime returns the processor time that the process has used, its own and the system's on its behalf, s.
func CPUTime() float64 {
	var u syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &u) != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano()).Seconds()
}

// threadTime returns the processor time that the calling thread has used, s; for goroutines locked to theirs.
func threadTime() float64 {
	var u syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_THREAD, &u) != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano()).Seconds()
}

// MaxRSS returns the most memory that the process has held, MB (10⁶ bytes).
func MaxRSS() float64 {
	var u syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &u) != nil {
		return 0
	}
	return float64(u.Maxrss) * 1024 / 1e6 // Linux counts KiB
}
