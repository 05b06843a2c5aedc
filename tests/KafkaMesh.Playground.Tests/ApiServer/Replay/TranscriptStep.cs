using System.Text.Json.Nodes;

namespace KafkaMesh.Playground.Tests.ApiServer.Replay;

/// <summary>One recorded request with its answer.</summary>
/// <param name="Line">Line number in the transcript, from 1.</param>
/// <param name="Label">What the recorder intended.</param>
/// <param name="Request">Method, url, headers and body.</param>
/// <param name="Response">Status, headers, body or events.</param>
internal sealed record TranscriptStep(int Line, string Label, JsonObject Request, JsonObject Response)
{
    /// <summary>HTTP method.</summary>
    public string Method => Request["method"]!.GetValue<string>();

    /// <summary>Status code of the recorded answer.</summary>
    public int Status => Response["status"]!.GetValue<int>();

    /// <summary>Path and query with placeholders.</summary>
    public string Url => Request["url"]!.GetValue<string>();
}
