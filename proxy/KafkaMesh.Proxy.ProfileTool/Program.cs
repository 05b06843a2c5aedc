using KafkaMesh.Proxy.ProfileTool;

if (args.Length < 4)
{
    Console.Error.WriteLine("usage: LIST WHOLE PROFILE ASSEMBLY...   names of methods, one a line, and all methods of the assemblies WHOLE (name,name) to a profile for the ahead-of-time compiler");
    return 64;
}

try
{
    var names = File.ReadLines(args[0]).Where(line => line.Length > 0 && line[0] != '#').Select(MethodName.Parse).ToList();
    using var assemblies = new AssemblySet(args[3..]);
    var profile = new ProfileWriter(assemblies);
    int found = names.Count(profile.Add);
    foreach (string whole in args[1].Split(','))
    {
        profile.AddAll(whole);
    }

    profile.Save(args[2]);
    Console.WriteLine($"{found} of {names.Count} methods in {args[2]}");
    return 0;
}
catch (Exception e) when (e is IOException or FormatException or BadImageFormatException)
{
    Console.Error.WriteLine($"profile tool: {e.Message}");
    return 1;
}
