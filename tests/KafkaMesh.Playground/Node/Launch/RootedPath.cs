namespace KafkaMesh.Playground.Node.Launch;

/// <summary>Resolves a container's path under a root directory without ever leaving it: a link with an absolute target starts again at the root.</summary>
internal static class RootedPath
{
    private const int MaximumLinks = 40;

    /// <summary>The place on the node for <paramref name="path"/> inside <paramref name="root"/>; parts that do not exist are taken as they are.</summary>
    /// <exception cref="LaunchException">The path passes more than 40 links.</exception>
    public static string Resolve(string root, string path)
    {
        var left = new Stack<string>(Parts(path).Reverse());
        var done = new List<string>();
        var links = 0;
        while (left.TryPop(out var part))
        {
            if (part == "..")
            {
                if (done.Count > 0) done.RemoveAt(done.Count - 1);
                continue;
            }
            var here = root + "/" + string.Join('/', done.Append(part));
            if (new FileInfo(here).LinkTarget is not { } target)
            {
                done.Add(part);
                continue;
            }
            if (++links > MaximumLinks) throw new LaunchException($"{path}: too many levels of symbolic links");
            if (target.StartsWith('/')) done.Clear();
            foreach (var next in Parts(target).Reverse()) left.Push(next);
        }
        return done.Count == 0 ? root : root + "/" + string.Join('/', done);
    }

    private static IEnumerable<string> Parts(string path) => path.Split('/', StringSplitOptions.RemoveEmptyEntries).Where(part => part != ".");
}
