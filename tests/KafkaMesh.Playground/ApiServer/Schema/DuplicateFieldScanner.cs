using System.Globalization;
using System.Text.Json;

namespace KafkaMesh.Playground.ApiServer.Schema;

/// <summary>Finds object keys that a JSON document repeats, which a parsed tree no longer shows.</summary>
internal static class DuplicateFieldScanner
{
    /// <summary>Deepest nesting that is read; deeper documents are refused.</summary>
    public const int MaxDepth = 256;

    /// <summary>The paths of repeated keys, for instance <c>spec.ports</c>, in order of appearance.</summary>
    /// <exception cref="JsonException">The document is malformed or too deep.</exception>
    public static IReadOnlyList<string> Scan(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = MaxDepth });
        var duplicates = new List<string>();
        var scopes = new Stack<Scope>();
        while (reader.Read())
        {
            switch (reader.TokenType)
            {
                case JsonTokenType.StartObject:
                    scopes.Push(new Scope(Current(scopes), []));
                    break;
                case JsonTokenType.StartArray:
                    scopes.Push(new Scope(Current(scopes), null));
                    break;
                case JsonTokenType.EndObject or JsonTokenType.EndArray:
                    scopes.Pop();
                    Advance(scopes);
                    break;
                case JsonTokenType.PropertyName:
                    Enter(scopes.Peek(), reader.GetString() ?? "", duplicates);
                    break;
                default:
                    Advance(scopes);
                    break;
            }
        }

        return duplicates;
    }

    private static void Enter(Scope scope, string name, List<string> duplicates)
    {
        scope.Name = name;
        if (!scope.Seen!.Add(name) && duplicates.Count < SchemaPruner.MaxNamed)
        {
            duplicates.Add(scope.ChildPath);
        }
    }

    private static string Current(Stack<Scope> scopes) => scopes.Count == 0 ? "" : scopes.Peek().ChildPath;

    private static void Advance(Stack<Scope> scopes)
    {
        if (scopes.Count > 0 && scopes.Peek() is { Seen: null } list)
        {
            list.Index++;
        }
    }

    private sealed class Scope(string path, HashSet<string>? seen)
    {
        public HashSet<string>? Seen { get; } = seen;

        public string Name { get; set; } = "";

        public int Index { get; set; }

        public string ChildPath => Seen is null
            ? string.Create(CultureInfo.InvariantCulture, $"{path}[{Index}]")
            : path.Length == 0 ? Name : $"{path}.{Name}";
    }
}
