// map.js -- the map of the directory: what lies in the part shown, as pins and as a list that says the same.  Without pictures of the land it stands
// on the outlines of the wards.  The part that is looked at never comes into an address of a page: it may lie around somebody's home.
import L from 'leaflet';
import { all, announce, element } from '../dom.js';

// Shape and letter tell the kind, not colour alone.
const kinds = {
  hospital: ['病', '', '病院'], clinic: ['医', 'is-round', '診療所・助産所'], dental: ['歯', 'is-round', '歯科'], pharmacy: ['薬', 'is-double', '薬局'],
  nursing: ['看', 'is-dark is-round', '訪問看護'], planning: ['相', 'is-dark', 'ケアプラン'], living: ['住', 'is-soft', '施設・住まい'], care: ['介', 'is-dark is-soft', '介護サービス'],
};
const most = 18;

const sign = (kind, number) => {
  const [letter, shape] = kinds[kind] ?? kinds.care;
  const pin = element('span', { class: `map-pin ${shape}`, text: letter });
  if (number) pin.append(element('small', { text: String(number) }));
  return pin;
};
const bubble = (count) => element('span', { class: 'map-square', text: count.toLocaleString('ja-JP') });
const placeOf = (feature) => L.latLng(feature.geometry.coordinates[1], feature.geometry.coordinates[0]);
const boxOf = ([west, south, east, north]) => L.latLngBounds([south, west], [north, east]);

class DirectoryMap {
  constructor(part) {
    this.part = part;
    this.data = part.dataset;
    this.note = element('p', { class: 'map-note', role: 'status' });
    this.count = element('p', {});
    this.items = element('ol', {});
    const view = element('div', { class: 'map-view' });
    part.append(
      this.note,
      element('div', { class: 'map-list', role: 'region', 'aria-label': 'この範囲の一覧', tabindex: '0' },
        element('div', { class: 'map-list-head' }, element('h2', { text: 'この範囲の一覧' }), this.count), this.items),
      view,
      element('ul', { class: 'map-legend', 'aria-label': '記号の意味' },
        ...Object.entries(kinds).map(([kind, [, , label]]) => element('li', {}, sign(kind), element('span', { text: label })))),
    );
    part.hidden = false;
    const calm = matchMedia('(prefers-reduced-motion: reduce)').matches;
    this.map = L.map(view, { minZoom: 5, maxZoom: most, zoomControl: false, fadeAnimation: !calm, zoomAnimation: !calm, markerZoomAnimation: !calm });
    L.control.zoom({ zoomInTitle: '大きくする', zoomOutTitle: '小さくする' }).addTo(this.map);
    L.control.scale({ imperial: false }).addTo(this.map);
    this.map.attributionControl.setPrefix(false);
    this.pins = L.layerGroup().addTo(this.map);
  }

  start() {
    const [longitude, latitude] = this.data.place.split(',').map(Number);
    if (this.data.place) {
      this.map.setView([latitude, longitude], 15);
      L.circle([latitude, longitude], { radius: 100, color: '#000', weight: 2, fill: false, interactive: false }).addTo(this.map);
    } else {
      this.map.fitBounds(boxOf(this.data.bounds.split(',').map(Number)));
    }
    this.addTiles();
    this.addWards();
    this.map.on('moveend', () => this.load());
    this.load();
  }

  addTiles() {
    if (!this.data.tiles) return;
    let seen = false;
    const tiles = L.tileLayer(this.data.tiles, { maxZoom: most, attribution: element('span', { text: this.data.tilesOf }).innerHTML });
    tiles.on('tileload', () => { seen = true; });
    tiles.on('tileerror', () => {
      if (seen || !this.map.hasLayer(tiles)) return;
      tiles.remove();
      this.note.textContent = '背景の地図を読み込めませんでした。区の輪郭の上に、事業所の位置を表示しています。';
    });
    tiles.addTo(this.map);
  }

  async addWards() {
    const reply = await fetch(this.data.wards);
    if (!reply.ok) return;
    const wards = await reply.json();
    L.geoJSON(wards, {
      interactive: false, attribution: element('span', { text: wards.attribution }).innerHTML,
      style: { color: '#333', weight: 1.5, dashArray: '4 3', fillColor: '#fff', fillOpacity: 0.25 },
    }).addTo(this.map).bringToBack();
  }

  // Rounded outwards to steps of the zoom, so that the server is not told the exact part either.
  box() {
    const bounds = this.map.getBounds(), step = 45 / 2 ** this.map.getZoom();
    const out = (value, round) => (round(value / step) * step).toFixed(6);
    return [out(bounds.getWest(), Math.floor), out(bounds.getSouth(), Math.floor), out(bounds.getEast(), Math.ceil), out(bounds.getNorth(), Math.ceil)].join(',');
  }

  async load() {
    this.running?.abort();
    this.running = new AbortController();
    const address = new URL(this.data.features, location.href);
    address.searchParams.set('bbox', this.box());
    address.searchParams.set('zoom', String(this.map.getZoom()));
    try {
      const reply = await fetch(address, { signal: this.running.signal });
      if (!reply.ok) throw new Error(`the map answered ${reply.status}`);
      this.show(await reply.json());
    } catch (error) {
      if (error.name !== 'AbortError') this.count.textContent = '読み込めませんでした。通信を確かめて、地図を動かしてください。';
    }
  }

  // What lies in the part shown: single entries from the middle outwards, then places with several, the fullest first.
  show(answer) {
    const middle = this.map.getCenter(), bounds = this.map.getBounds();
    const features = answer.features.filter((feature) => bounds.contains(placeOf(feature)));
    const far = (feature) => middle.distanceTo(placeOf(feature));
    const single = features.filter((feature) => feature.id).sort((a, b) => far(a) - far(b));
    const several = features.filter((feature) => !feature.id).sort((a, b) => b.properties.count - a.properties.count);
    this.pins.clearLayers();
    this.items.replaceChildren(...single.map((feature, i) => this.addEntry(feature, i + 1)), ...several.map((feature) => this.addSquare(feature)));
    const total = features.reduce((sum, feature) => sum + feature.properties.count, 0);
    const words = answer.is_hidden ? '事業所の位置は公開していません。' : !total ? 'この範囲に、条件に合う事業所はありません。'
      : `${total.toLocaleString('ja-JP')}件${answer.is_partial ? '以上（多いため一部です。地図を大きくしてください）' : ''}`;
    this.count.textContent = words;
    announce(`この範囲に${words}`);
  }

  pin(feature, content, label, chosen) {
    const marker = L.marker(placeOf(feature), { icon: L.divIcon({ className: '', html: content, iconSize: null, iconAnchor: [18, 18] }), keyboard: true });
    marker.on('click', chosen);
    marker.on('keydown', ({ originalEvent: event }) => {
      if (event.key !== 'Enter' && event.key !== ' ') return;
      event.preventDefault();
      chosen();
    });
    marker.on('add', () => marker.getElement().setAttribute('aria-label', label));
    return marker.addTo(this.pins);
  }

  addEntry(feature, number) {
    const { name, service, kind } = feature.properties;
    this.pin(feature, sign(kind, number), `${(kinds[kind] ?? kinds.care)[0]}${number} ${name} ${service}`,
      () => this.open(feature, [{ id: feature.id, name, service }]));
    const link = element('a', { href: this.data.entry + feature.id, text: name });
    return element('li', {}, sign(kind, number), element('span', {}, link, element('span', { class: 'map-service', text: service })));
  }

  addSquare(feature) {
    const { count, area, entries, box } = feature.properties;
    const label = `${count.toLocaleString('ja-JP')}件 ${area}のあたり`;
    const closer = () => {
      if (this.map.getZoom() < most) this.map.fitBounds(boxOf(box), { maxZoom: Math.max(this.map.getZoom() + 1, this.map.getBoundsZoom(boxOf(box))) });
    };
    this.pin(feature, bubble(count), label, this.map.getZoom() >= most && entries.length ? () => this.open(feature, entries) : closer);
    if (entries.length) {
      const lines = entries.map((entry) => element('li', {}, sign(entry.kind), element('span', {},
        element('a', { href: this.data.entry + entry.id, text: entry.name }), element('span', { class: 'map-service', text: entry.service }))));
      return element('li', {}, bubble(count), element('ol', { 'aria-label': label }, ...lines));
    }
    const button = element('button', { type: 'button', text: `${label}（大きくして見る）` });
    button.addEventListener('click', closer);
    return element('li', {}, bubble(count), button);
  }

  // Not bound to the pin: the map moves to make room for it, and pins are made again when the map has moved.
  open(feature, entries) {
    const content = this.popup(entries);
    L.popup({ offset: [0, -12], maxHeight: 220 }).setLatLng(placeOf(feature)).setContent(content).openOn(this.map);
    content.querySelector('a').focus({ preventScroll: true });
  }

  // The reason (open now, how fresh) is asked for when somebody looks.
  popup(entries) {
    const box = element('div', { class: 'map-popup' });
    for (const { id, name, service } of entries) {
      const reason = element('p', {});
      box.append(element('p', {}, element('a', { href: this.data.entry + id, text: name })), element('p', { text: service }), reason);
      if (entries.length === 1) this.tell(id, reason);
    }
    return box;
  }

  async tell(id, reason) {
    const reply = await fetch(this.data.entry + id, { headers: { Accept: 'application/json' } }).catch(() => null);
    if (reply?.ok) reason.textContent = (await reply.json()).reason ?? '';
  }
}

for (const part of all('[data-map]')) {
  new DirectoryMap(part).start();
  for (const rest of all('[data-map-without]')) rest.hidden = true;
}
