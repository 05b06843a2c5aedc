namespace KafkaMesh.Proxy.Redirect;

/// <summary>The nat table as iptables-save prints it: chains and their rules in order.</summary>
internal sealed class NatTable
{
    /// <summary>A table without rules.</summary>
    public static readonly NatTable Empty = Parse("");

    private readonly Dictionary<string, List<string>> _chains = [];

    /// <summary>Rules in all chains.</summary>
    public int RuleCount => _chains.Values.Sum(rules => rules.Count);

    /// <summary>Reads the output of <c>iptables-save -t nat</c>; lines that are neither chain nor rule are passed over.</summary>
    public static NatTable Parse(string saved)
    {
        var table = new NatTable();
        foreach (string line in saved.Split('\n', StringSplitOptions.TrimEntries))
        {
            if (line.StartsWith(':'))
            {
                _ = table.Chain(line[1..].Split(' ')[0]);
            }
            else if (line.StartsWith("-A ", StringComparison.Ordinal) && line.Split(' ', 3) is [_, var chain, var rule])
            {
                table.Chain(chain).Add(rule);
            }
        }

        return table;
    }

    /// <summary>The chain exists.</summary>
    public bool HasChain(string chain) => _chains.ContainsKey(chain);

    /// <summary>Rules of a chain in order, without <c>-A CHAIN</c>; none for a chain that does not exist.</summary>
    public IReadOnlyList<string> Rules(string chain) => _chains.TryGetValue(chain, out List<string>? rules) ? rules : [];

    /// <summary>Rules of one chain that jump to another.</summary>
    public IEnumerable<string> JumpsTo(string from, string target) => Rules(from).Where(rule => rule.EndsWith($"-j {target}", StringComparison.Ordinal));

    private List<string> Chain(string name)
    {
        if (!_chains.TryGetValue(name, out List<string>? rules))
        {
            _chains[name] = rules = [];
        }

        return rules;
    }
}
