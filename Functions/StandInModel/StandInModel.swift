@main struct StandInModel { static func main() {} }
