using System.Collections.Concurrent;
using System.Globalization;
using KafkaMesh.EndToEnd;
using Microsoft.Playwright;

namespace KafkaMesh.Dashboard.Tests;

/// <summary>A page of the dashboard in the browser, and everything that it complained of.</summary>
internal sealed class DashboardPage : IAsyncDisposable
{
    private static readonly string s_axe = File.ReadAllText(Repository.Path("operator", "web", "node_modules", "axe-core", "axe.min.js"));

    // Skeletons and rows that are fetched: both are drawn as bars.
    private const string Loading = ".bone";

    private readonly IBrowserContext _context;
    private readonly Uri _address;

    public DashboardPage(IBrowserContext context, IPage page, Uri address)
    {
        (_context, Page, _address) = (context, page, address);
        page.Console += (_, message) =>
        {
            if (message.Type is "error" or "warning")
                Complaints.Enqueue($"{message.Type}: {message.Text} ({message.Location})");
        };
        page.PageError += (_, error) => Complaints.Enqueue("exception: " + error);
        page.Dialog += (_, dialog) =>
        {
            Complaints.Enqueue("dialog: " + dialog.Message);
            _ = dialog.DismissAsync();
        };
        page.Request += (_, request) =>
        {
            if (!request.Url.StartsWith(_address.AbsoluteUri, StringComparison.Ordinal))
                Complaints.Enqueue("request to elsewhere: " + request.Url);
        };
    }

    /// <summary>The page.</summary>
    public IPage Page { get; }

    /// <summary>Errors and warnings on the console, exceptions, dialogs, and requests that left the dashboard.</summary>
    public ConcurrentQueue<string> Complaints { get; } = new();

    /// <summary>Goes to a place behind the <c>#</c> and waits until its heading is there.</summary>
    public async Task GoAsync(string hash)
    {
        await Page.GotoAsync(new Uri(_address, "#" + hash).AbsoluteUri);
        await Page.Locator("h1").First.WaitForAsync();
    }

    /// <summary>Waits until a figure is shown and returns its exact value.</summary>
    public async Task<double> FigureAsync(string name, ILocator? within = null)
    {
        var figure = (within ?? Page.Locator("main")).Locator($"data[data-figure=\"{name}\"]").First;
        await figure.WaitForAsync();
        return double.Parse((await figure.GetAttributeAsync("value"))!, CultureInfo.InvariantCulture);
    }

    /// <summary>
    /// Keeps a picture in out/test-results/screenshots; <c>make screenshots</c> takes some into the documentation. It is taken when nothing loads any
    /// more, and fails when something still or again does: no picture shows the bars that stand in for what has not come.
    /// </summary>
    public async Task ScreenshotAsync(string name)
    {
        try
        {
            await Page.WaitForFunctionAsync("bars => document.querySelector(bars) === null", Loading);
        }
        catch (TimeoutException error)
        {
            throw new InvalidOperationException($"{name}: still loading, so that there is nothing to take a picture of", error);
        }
        var directory = Directory.CreateDirectory(Repository.Path("out", "test-results", "screenshots")).FullName;
        await Page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(directory, name + ".png"), Animations = ScreenshotAnimations.Disabled });
        Assert.True(await Page.Locator(Loading).CountAsync() == 0, $"the picture {name} shows loading bars");
    }

    /// <summary>Asks axe-core for violations of WCAG 2.2 A and AA and of its best practices.</summary>
    public async Task AssertAccessibleAsync(string where)
    {
        var violations = await ViolationsAsync(where);
        Assert.True(violations.Count == 0, string.Join('\n', violations));
    }

    /// <summary>The same as sentences, to gather those of several pages.</summary>
    public async Task<IReadOnlyList<string>> ViolationsAsync(string where)
    {
        // Through the debugger: the page's own policy lets no script of others in.
        await Page.EvaluateAsync(s_axe);
        var violations = await Page.EvaluateAsync<string[]>(
            """
            async () => (await axe.run(document, { resultTypes: ["violations"] })).violations
              .flatMap(v => v.nodes.map(n => `${v.id} (${v.impact}): ${n.target.join(" ")}: ${n.failureSummary.replaceAll("\n", " ")}`))
            """);
        return [.. violations.Take(20).Select(violation => $"{where}: {violation}")];
    }

    /// <summary>Nothing sticks out of a narrow window.</summary>
    public async Task AssertFitsAsync(string where)
    {
        var beyond = await Page.EvaluateAsync<int>("() => document.documentElement.scrollWidth - innerWidth");
        Assert.True(beyond <= 0, $"{where} is {beyond} px wider than its window");
    }

    /// <summary>The page complained of nothing.</summary>
    public void AssertQuiet() => Assert.Empty(Complaints);

    /// <summary>
    /// The page complained of nothing but that a monitor is not there any more: what it asked before it was told is answered by 404, and the browser
    /// writes that down by itself.
    /// </summary>
    public void AssertQuietSave404(string monitorPath) =>
        Assert.DoesNotContain(Complaints, complaint => !complaint.Contains("404", StringComparison.Ordinal) || !complaint.Contains(monitorPath, StringComparison.Ordinal));

    public async ValueTask DisposeAsync() => await _context.DisposeAsync();
}
