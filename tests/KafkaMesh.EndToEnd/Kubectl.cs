using System.Diagnostics;
using System.Text.Json.Nodes;

namespace KafkaMesh.EndToEnd;

/// <summary>The real kubectl, bound to one kubeconfig. Every call has a deadline; a failure carries what kubectl said.</summary>
/// <param name="Kubeconfig">Path of the kubeconfig; nothing else decides which cluster is touched.</param>
/// <param name="Context">Context in it, or null for the current one.</param>
internal sealed record Kubectl(string Kubeconfig, string? Context)
{
    // Above every --timeout that the suite gives: a real cluster may have to pull three images first.
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(200);

    /// <summary>Runs kubectl and returns its standard output; any other exit code than 0 is an exception with standard error in it.</summary>
    public async Task<string> RunAsync(params string[] arguments) => (await InvokeAsync(null, arguments)).OrThrow();

    /// <summary>The same with text on standard input (<c>apply -f -</c>).</summary>
    public async Task<string> RunWithInputAsync(string input, params string[] arguments) => (await InvokeAsync(input, arguments)).OrThrow();

    /// <summary>Runs kubectl and returns whatever came of it.</summary>
    public async Task<CommandResult> InvokeAsync(string? input, params string[] arguments)
    {
        string[] context = Context is null ? [] : ["--context", Context];
        return await Command.RunAsync("kubectl", ["--kubeconfig", Kubeconfig, .. context, .. arguments], input, Deadline);
    }

    /// <summary>One object, or null when the server does not have it.</summary>
    public async Task<JsonObject?> GetAsync(string resource, string name, string @namespace)
    {
        var text = await RunAsync("get", resource, name, "-n", @namespace, "-o", "json", "--ignore-not-found");
        return text.Length == 0 ? null : JsonNode.Parse(text)!.AsObject();
    }

    /// <summary>Objects that a label selector finds.</summary>
    public async Task<IReadOnlyList<JsonObject>> ListAsync(string resource, string @namespace, string selector)
    {
        var list = JsonNode.Parse(await RunAsync("get", resource, "-n", @namespace, "-l", selector, "-o", "json"))!;
        return [.. list["items"]!.AsArray().Select(item => item!.AsObject())];
    }

    /// <summary>A token of a service account, as <c>kubectl create token</c> makes it from 1.24 on; this works with older ones too.</summary>
    public async Task<string> TokenAsync(string account, string @namespace, string audience)
    {
        var request = new JsonObject
        {
            ["apiVersion"] = "authentication.k8s.io/v1",
            ["kind"] = "TokenRequest",
            ["spec"] = new JsonObject { ["audiences"] = new JsonArray(audience), ["expirationSeconds"] = 3600 },
        };
        var answer = await RunWithInputAsync(request.ToJsonString(), "create", "--raw", $"/api/v1/namespaces/{@namespace}/serviceaccounts/{account}/token", "-f", "-");
        return JsonNode.Parse(answer)!["status"]!["token"]!.ToString();
    }

    /// <summary>Asks again, a few times a second, until the answer satisfies; says what it last saw when the deadline passes.</summary>
    public static async Task<T> UntilAsync<T>(string what, TimeSpan deadline, Func<Task<T>> ask, Func<T, bool> satisfied)
    {
        var clock = Stopwatch.StartNew();
        using var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(300));
        while (true)
        {
            var answer = await ask();
            if (satisfied(answer))
                return answer;
            if (clock.Elapsed > deadline)
                throw new TimeoutException($"{what}: not so after {deadline.TotalSeconds:0} s; last seen: {answer}");
            await pace.WaitForNextTickAsync();
        }
    }
}
