module roadtwin

go 1.26.0
