namespace KafkaMesh.Proxy.ProfileTool;

/// <summary>Makes a profile of a list of methods, and says how much of the list is still true.</summary>
internal static class ProfileCommand
{
    /// <summary>More than this part of a list missing is said as a warning: the image was made for another program.</summary>
    public const double TolerableLoss = 0.05;

    /// <summary>Runs it.</summary>
    /// <param name="args">LIST WHOLE PROFILE ASSEMBLY...</param>
    /// <param name="output">Takes what was found, and a warning as MSBuild reads it.</param>
    /// <param name="error">Takes the one line that says why there is no profile.</param>
    /// <returns>0; 1 when an input cannot be read, 64 when the arguments are wrong. Methods that are nowhere are left out: no failure.</returns>
    public static int Run(string[] args, TextWriter output, TextWriter error)
    {
        if (args.Length < 4)
        {
            error.WriteLine("usage: LIST WHOLE PROFILE ASSEMBLY...   names of methods, one a line, and all methods of the assemblies WHOLE (name,name) to a profile for the ahead-of-time compiler");
            return 64;
        }

        try
        {
            IReadOnlyList<MethodName> names = ReadNames(args[0]);
            using var assemblies = new AssemblySet(args[3..]);
            var profile = new ProfileWriter(assemblies);
            List<MethodName> lost = names.Where(name => !profile.Add(name)).ToList();
            foreach (string whole in args[1].Split(','))
            {
                profile.AddAll(whole);
            }

            profile.Save(args[2]);
            Report(Path.GetFileName(args[0]), names.Count, lost, output);
            return 0;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException)
        {
            error.WriteLine($"profile tool: {e.Message}");
            return 1;
        }
    }

    private static List<MethodName> ReadNames(string path)
    {
        List<MethodName> names = [];
        int number = 0;
        foreach (string line in File.ReadLines(path))
        {
            number++;
            if (line.Length == 0 || line[0] == '#')
            {
                continue;
            }

            try
            {
                names.Add(MethodName.Parse(line));
            }
            catch (FormatException e)
            {
                throw new FormatException($"{path}, line {number}: {e.Message}", e);
            }
        }

        return names;
    }

    private static void Report(string list, int count, List<MethodName> lost, TextWriter output)
    {
        output.WriteLine($"{count - lost.Count} of {count} methods of {list} found");
        if (lost.Count == 0)
        {
            return;
        }

        string advice = $"{lost.Count} of {count} methods are nowhere in the program and left out, {lost[0].Type}:{lost[0].Name} for one: 'make profile' lists them anew";
        output.WriteLine(lost.Count > count * TolerableLoss ? $"{list} : warning KMP0001: {advice}" : $"{list}: {advice}");
    }
}
