@main struct APIHandler { static func main() {} }
