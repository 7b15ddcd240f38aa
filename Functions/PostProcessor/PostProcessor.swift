@main struct PostProcessor { static func main() {} }
