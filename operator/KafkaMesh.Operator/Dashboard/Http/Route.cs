namespace KafkaMesh.Operator.Dashboard.Http;

/// <summary>One operation of the API.</summary>
/// <param name="Template">Its path; a part in braces is a name.</param>
/// <param name="OperationId">Its name in the contract.</param>
/// <param name="Handle">Answers.</param>
internal sealed record Route(string Template, string OperationId, Func<RouteCall, Task> Handle)
{
    private readonly string[] _parts = Template.Split('/');

    /// <summary>Answered by every replica, with or without figures.</summary>
    public bool IsLocal { get; init; }

    /// <summary>The answer does not end by itself: there is no HEAD of it.</summary>
    public bool IsStream { get; init; }

    /// <summary>Names in a path; null when it is another one's.</summary>
    public IReadOnlyDictionary<string, string>? Match(string path)
    {
        var parts = path.Split('/');
        if (parts.Length != _parts.Length)
            return null;
        var names = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var i = 0; i < parts.Length; i++)
        {
            if (_parts[i].StartsWith('{'))
                names[_parts[i][1..^1]] = parts[i];
            else if (_parts[i] != parts[i])
                return null;
        }
        return names;
    }
}
