using Microsoft.Playwright;

namespace KafkaMesh.Dashboard.Tests;

/// <summary>Every page, light, dark and narrow: readable by everybody, nothing on the console, a picture to look at.</summary>
[Collection<LiveMeshCollection>]
public sealed class PageTests(LiveMesh mesh, Browser browser)
{
    private static readonly (string Name, string Hash, string Awaited)[] s_pages =
    [
        ("overview", "/", "[data-monitor='demo/orders'] .spark-line"),
        ("monitor", "/monitors/demo/orders", ".heat canvas"),
        ("apis", "/monitors/demo/orders/apis", "text=Fetch"),
        ("errors", "/monitors/demo/orders/errors", ".charts .uplot"),
        ("topics", "/monitors/demo/orders/topics", "tbody >> text=orders"),
        ("clients", "/monitors/demo/orders/clients", "tbody tr"),
        ("groups", "/monitors/demo/orders/groups", "tbody tr"),
        ("pods", "/monitors/demo/orders/pods", "text=Reporting"),
        ("pods-skipped", "/monitors/payments/payments/pods", ".notice >> text=pod-security"),
        ("topology", "/topology", ".node.topic"),
        ("topology-brokers", "/topology?view=brokers", ".node.broker"),
        ("topology-pods", "/topology?by=pod&namespace=demo&monitor=orders", ".node.pod"),
        ("tap", "/tap", "text=Press Start"),
        ("unknown-monitor", "/monitors/demo/nowhere", "text=There is no such monitor"),
        ("unknown-page", "/nowhere", "text=There is no such page"),
    ];

    private const string ChosenTabIsInView =
        """
        () => [...document.querySelectorAll(".tabs [aria-current]")].every(tab => {
          const own = tab.getBoundingClientRect(), around = tab.closest(".tabs").getBoundingClientRect();
          return own.left >= around.left - 1 && own.right <= around.right + 1;
        })
        """;

    [Theory]
    [InlineData("light")]
    [InlineData("dark")]
    [InlineData("narrow")]
    public async Task Pages_InThisLook_AreAccessibleFitAndStayQuiet(string name)
    {
        var look = Look.All.Single(l => l.Name == name);
        await using var page = await browser.OpenAsync(mesh.Address, look);
        var violations = new List<string>();
        foreach (var (title, hash, awaited) in s_pages)
        {
            await page.GoAsync(hash);
            await page.Page.Locator(awaited).First.WaitForAsync(new LocatorWaitForOptions { State = WaitForSelectorState.Attached });
            await page.ScreenshotAsync($"{title}-{name}");
            await page.AssertFitsAsync($"{title}, {name}");
            Assert.True(await page.Page.EvaluateAsync<bool>(ChosenTabIsInView), $"{title}, {name}: the chosen tab is out of view");
            violations.AddRange(await page.ViolationsAsync($"{title}, {name}"));
        }
        Assert.Empty(violations);
        page.AssertQuiet();
    }

    [Fact]
    public async Task Picture_WhileSomethingLoads_IsRefused()
    {
        await using var page = await browser.OpenAsync(mesh.Address);
        page.Page.SetDefaultTimeout(1000);
        await page.Page.RouteAsync("**/api/v1/topology*", _ => { }); // it never answers
        await page.GoAsync("/topology");
        var refusal = await Assert.ThrowsAsync<InvalidOperationException>(() => page.ScreenshotAsync("never"));
        Assert.Equal("never: still loading, so that there is nothing to take a picture of", refusal.Message);
    }

    [Fact]
    public async Task Topology_NodeThatIsClicked_IsExplained()
    {
        await using var page = await browser.OpenAsync(mesh.Address);
        await page.GoAsync("/topology?namespace=demo&monitor=orders");
        await page.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { NameRegex = new("^Topic orders") }).ClickAsync();

        var detail = page.Page.GetByRole(AriaRole.Region, new PageGetByRoleOptions { Name = "Chosen" });
        await detail.GetByText("orders-producer").WaitForAsync();
        await detail.GetByText("produced by").WaitForAsync();
        await detail.GetByText("orders-consumer").WaitForAsync();
        await detail.GetByText("consumed by").WaitForAsync();
        await page.ScreenshotAsync("topology-chosen-light");
        await page.AssertAccessibleAsync("topology with a chosen topic");
        await page.Page.Keyboard.PressAsync("Escape");
        await detail.WaitForAsync(new LocatorWaitForOptions { State = WaitForSelectorState.Detached });
        page.AssertQuiet();
    }

    [Fact]
    public async Task Topology_BrokerThatIsClicked_TellsWhoIsConnected()
    {
        await using var page = await browser.OpenAsync(mesh.Address);
        await page.GoAsync("/topology?namespace=demo&monitor=orders&view=brokers");
        await page.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { NameRegex = new("^Broker 10\\.") }).First.ClickAsync();

        var detail = page.Page.GetByRole(AriaRole.Region, new PageGetByRoleOptions { Name = "Chosen" });
        await detail.GetByText("dialled by").First.WaitForAsync();
        await detail.GetByText("Failed to open").WaitForAsync();
        await page.ScreenshotAsync("topology-broker-chosen-light");
        await page.AssertAccessibleAsync("topology with a chosen broker");
        page.AssertQuiet();
    }

    [Fact]
    public async Task Keyboard_Alone_ReachesContentSortsAndKeepsItsFocus()
    {
        await using var page = await browser.OpenAsync(mesh.Address);
        await page.GoAsync("/monitors/demo/orders/apis");
        await page.Page.Keyboard.PressAsync("Tab");
        Assert.Equal("Skip to content", await FocusedAsync(page));
        await page.Page.Keyboard.PressAsync("Enter");
        Assert.Equal("main", await page.Page.EvaluateAsync<string>("() => document.activeElement.id"));

        var header = page.Page.GetByRole(AriaRole.Columnheader, new PageGetByRoleOptions { Name = "API", Exact = true });
        await header.GetByRole(AriaRole.Button).FocusAsync();
        await page.Page.Keyboard.PressAsync("Enter");
        Assert.Equal("ascending", await header.GetAttributeAsync("aria-sort"));
        await page.Page.Keyboard.PressAsync("Enter");
        Assert.Equal("descending", await header.GetAttributeAsync("aria-sort"));

        // Two updates later the focus is where it was.
        var rate = await page.FigureAsync("requests-Fetch");
        for (var update = 0; update < 2; update++)
        {
            await page.Page.WaitForFunctionAsync("seen => document.querySelector('[data-figure=requests-Fetch]').value !== String(seen)", rate);
            rate = await page.FigureAsync("requests-Fetch");
        }
        Assert.Equal("API", await FocusedAsync(page));
        page.AssertQuiet();
    }

    [Fact]
    public async Task Theme_ThatIsChosen_HoldsAfterAReload()
    {
        await using var page = await browser.OpenAsync(mesh.Address);
        await page.GoAsync("/");
        await page.Page.GetByRole(AriaRole.Radio, new PageGetByRoleOptions { Name = "Dark" }).CheckAsync(new LocatorCheckOptions { Force = true });
        await page.Page.ReloadAsync();
        await page.Page.Locator("h1").WaitForAsync();

        Assert.Equal("dark", await page.Page.EvaluateAsync<string>("() => document.documentElement.dataset.theme"));
        Assert.Equal("rgb(13, 14, 17)", await page.Page.EvaluateAsync<string>("() => getComputedStyle(document.body).backgroundColor"));
        page.AssertQuiet();
    }

    private static Task<string> FocusedAsync(DashboardPage page) => page.Page.EvaluateAsync<string>("() => document.activeElement.textContent.trim()");
}
