using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace KafkaMesh.Playground.Tests.ApiServer.Replay;

/// <summary>Entity tags and hashes of documents are each server's own: in requests the recorded ones are replaced by ours.</summary>
internal sealed partial class CacheKeys(HttpClient http, Uri address)
{
    private readonly Dictionary<string, string> _tags = [];

    /// <summary>
    /// Our tag for a recorded If-None-Match. One that no earlier answer showed comes from the cache of an earlier recording; when the real
    /// server found it current, it stands for our current one.
    /// </summary>
    public async Task<string> TagAsync(TranscriptStep step, string recorded, CancellationToken cancel)
    {
        if (!_tags.ContainsKey(recorded) && step.Status == 304)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(address, step.Url));
            request.Headers.TryAddWithoutValidation("Accept", step.Request["headers"]!["Accept"]!.GetValue<string>());
            using var response = await http.SendAsync(request, cancel);
            Learn(recorded, response);
        }

        return _tags.GetValueOrDefault(recorded, recorded);
    }

    /// <summary>Remembers which of our tags stands for the recorded one of this answer.</summary>
    public void Learn(TranscriptStep step, HttpResponseMessage response)
    {
        if (step.Response["headers"]?["Etag"]?.GetValue<string>() is { } recorded)
        {
            Learn(recorded, response);
        }
    }

    /// <summary>The URL with the hash that our index names for its document.</summary>
    public async Task<string> UrlAsync(string url, CancellationToken cancel)
    {
        if (DocumentHash().Match(url) is not { Success: true } found)
        {
            return url;
        }

        var index = JsonNode.Parse(await http.GetStringAsync(new Uri(address, "/openapi/v3"), cancel))!;
        var ours = index["paths"]?[found.Groups["path"].Value]?["serverRelativeURL"]?.GetValue<string>();
        return ours is null ? url : url.Replace(found.Groups["hash"].Value, ours[(ours.IndexOf('=', StringComparison.Ordinal) + 1)..], StringComparison.Ordinal);
    }

    private void Learn(string recorded, HttpResponseMessage response)
    {
        if (response.Headers.ETag is { } tag)
        {
            _tags[recorded] = tag.ToString();
        }
    }

    [GeneratedRegex(@"^/openapi/v3/(?<path>[^?]+)\?hash=(?<hash>[0-9A-F]{128})", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex DocumentHash();
}
