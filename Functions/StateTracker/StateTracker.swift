@main struct StateTracker { static func main() {} }
