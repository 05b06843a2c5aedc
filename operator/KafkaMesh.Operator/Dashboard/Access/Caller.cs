using System.Text.Json.Nodes;

namespace KafkaMesh.Operator.Dashboard.Access;

/// <summary>Whose token came with a request, as the API server says.</summary>
/// <param name="User">Name of the user.</param>
/// <param name="Uid">Uid of the user; may be null.</param>
/// <param name="Groups">Groups of the user.</param>
/// <param name="Extra">Further attributes; may be null.</param>
internal sealed record Caller(string User, string? Uid, IReadOnlyList<string> Groups, JsonObject? Extra);
